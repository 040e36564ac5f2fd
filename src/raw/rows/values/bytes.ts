/**
 * Copies the canonical text of a value from where it was read to where it is written.
 * @param start,end of the value in the input; it is not empty, and is UTF-8 without NUL
 * @returns the end of what was written, or -1 if the value is not one of the usual: then its parser (kinds.ts) decides
 */
export type FieldScanner = (input: Buffer, start: number, end: number, output: Buffer, at: number) => number;

/** For what is not one of the usual values. */
export const NOT_USUAL = -1;
const [DIGIT_0, DIGIT_9] = [0x30, 0x39];

/** The number that two digits are. */
export function twoDigits(input: Buffer, at: number): number {
  return ((input[at] as number) - DIGIT_0) * 10 + (input[at + 1] as number) - DIGIT_0;
}

/** True if nothing else stands there. */
export function areDigits(input: Buffer, start: number, end: number): boolean {
  return endOfDigits(input, start, end) === end;
}

/** Where the digits end that begin there. */
export function endOfDigits(input: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (input[at] as number) >= DIGIT_0 && (input[at] as number) <= DIGIT_9) at++;
  return at;
}

/** Copies bytes. @returns the end of what was written */
export function copy(input: Buffer, start: number, end: number, output: Buffer, at: number): number {
  let to = at;
  for (let from = start; from < end; from++) output[to++] = input[from] as number;
  return to;
}
