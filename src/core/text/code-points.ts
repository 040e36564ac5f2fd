/** How many characters a text has, counted as Unicode code points. */
export function codePoints(text: string): number {
  return Array.from(text).length;
}

/** The first characters of a text, counted likewise: no pair of surrogates is cut in half. */
export function firstCodePoints(text: string, most: number): string {
  return text.length <= most ? text : Array.from(text).slice(0, most).join('');
}
