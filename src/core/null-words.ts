/** What Hive, MySQL, Python and spreadsheets write for no value at all, in lower case. */
const NULL_WORDS = new Set(['', '\\n', 'null', 'none', 'nan', 'n/a', '-', '0']);

/** True for a text that says nothing where an id or a number is meant: as one it would bind strangers together. */
export function isNullWord(text: string): boolean {
  return NULL_WORDS.has(text.trim().toLowerCase());
}
