const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** How the lines of a file end. */
export interface LineEnds {
  /** Where the line after this one begins, or the bytes end. */
  next(bytes: Buffer, start: number): number;
  /** Where the last whole line ends; 0 if none does. */
  last(bytes: Buffer): number;
  /** True if the last byte ends a line. */
  isEnd(bytes: Buffer): boolean;
  /** Lines with their ends. */
  split(text: string): string[];
}

/** LF or CR LF: the bytes of nearly all files. */
export const LF_ENDS: LineEnds = {
  next(bytes, start) {
    const found = bytes.indexOf(LF, start);
    return found === -1 ? bytes.length : found + 1;
  },
  last: (bytes) => bytes.lastIndexOf(LF) + 1,
  isEnd: (bytes) => bytes.at(-1) === LF,
  split: (text) => filled(text.split(/(?<=\n)/)),
};

/** CR; an LF ends a line there too, so that a part with other ends behind such a part is still read. */
const CR_ENDS: LineEnds = {
  next(bytes, start) {
    for (let at = start; at < bytes.length; at++) {
      if (bytes[at] === LF) return at + 1;
      if (bytes[at] === CR) return bytes[at + 1] === LF ? at + 2 : at + 1;
    }
    return bytes.length;
  },
  // Whether an LF belongs to a CR at the end shows when more bytes come.
  last: (bytes) => Math.max(bytes.lastIndexOf(LF) + 1, bytes.length < 2 ? 0 : bytes.lastIndexOf(CR, bytes.length - 2) + 1),
  isEnd: (bytes) => bytes.at(-1) === LF || bytes.at(-1) === CR,
  split: (text) => filled(text.split(/(?<=\n|\r(?!\n))/)),
};

/**
 * How lines end, by the first one that is not blank: the header (billing specification, "Text form"). Whoever writes a header that a CR
 * ends writes rows that one ends, so that no file must be read to its end before its first row is.
 * @returns undefined if more bytes must be seen
 */
export function lineEndsOf(bytes: Buffer): LineEnds | undefined {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at++;
  for (let inside = false; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) inside = !inside;
    if (inside || (byte !== LF && byte !== CR)) continue;
    while (bytes[at] === CR) at++;
    return at === bytes.length ? undefined : bytes[at] === LF ? LF_ENDS : CR_ENDS;
  }
  return undefined;
}

/** Where the content of a line ends, and its line end begins: LF, CR, or any number of CR before an LF. */
export function endOfContent(line: string): number {
  let end = line.endsWith('\n') ? line.length - 1 : line.length;
  while (line[end - 1] === '\r') end--;
  return end;
}

function filled(lines: string[]): string[] {
  return lines.filter((line) => line !== '');
}
