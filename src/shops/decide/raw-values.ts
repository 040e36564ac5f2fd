/** The columns of a raw row by name, as texts. */
export type RawValues = Readonly<Record<string, string | null | undefined>>;
