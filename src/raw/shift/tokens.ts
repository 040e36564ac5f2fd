/** A stretch of text between two delimiters. */
export interface Fragment {
  readonly text: string | null;
  /** True if the delimiter before it stood inside a field as the reader saw it, so that joining it again restores that field. */
  readonly inside: boolean;
}

const QUOTE = '"';
const QUOTED = /^"(?:[^"]|"")*"$/;

/** The fields as the reader saw them. */
export function fragmentsOf(fields: readonly (string | null)[]): Fragment[] {
  return fields.map((text) => ({ text, inside: false }));
}

/** Every field cut at the delimiters inside it: a stray quote may have swallowed them. */
export function cutFields(fields: readonly (string | null)[], delimiter: string): Fragment[] {
  return fields.flatMap((field): Fragment[] =>
    field === null
      ? [{ text: null, inside: false }]
      : field.split(delimiter).map((text, at) => ({ text, inside: at > 0 })),
  );
}

/** The raw line cut at every delimiter, quotes taken as plain characters. */
export function cutLine(raw: string, delimiter: string): Fragment[] {
  return raw
    .replace(/\r?\n?$/, '')
    .split(delimiter)
    .map((text) => ({ text, inside: false }));
}

/** True if a quote of the line has no partner, so that no reader can know what it encloses. */
export function hasLoneQuote(raw: string): boolean {
  return countQuotes(raw) % 2 === 1;
}

/** True if the text is a quoted CSV value as a whole. */
export function isQuoted(text: string): boolean {
  return text.startsWith(QUOTE) && QUOTED.test(text);
}

/**
 * The value that a literal stretch of a line stands for. A quoted value loses its quotes. A quote that opens and is
 * never closed is syntax, not content, as people write quotes in pairs: it goes. Any other quote stays (`12" vinyl`).
 */
export function unquote(text: string): string {
  if (isQuoted(text)) return text.slice(1, -1).replaceAll('""', '"');
  return text.startsWith(QUOTE) && hasLoneQuote(text) ? unquote(text.slice(1)) : text;
}

/** The text without quotes at its ends, for columns whose values never hold one. */
export function withoutEdgeQuotes(text: string): string {
  return text.replace(/^"+|"+$/g, '');
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at + 1)) count++;
  return count;
}
