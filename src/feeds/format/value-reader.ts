/**
 * Turns the text of a value that is not empty into the one that the contract's kinds parse (billing specification, "Field kinds"). A text
 * that does not fit comes back as it is: its kind then refuses it, with the column, the value and the line.
 */
export type ValueReader = (text: string) => string;

/** Of values that are in hub's own form. */
export const asWritten: ValueReader = (text) => text;
