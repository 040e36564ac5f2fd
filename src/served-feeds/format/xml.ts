import type { ShownValue } from './csv.ts';

/** What no XML 1.0 may hold: control characters, halves of pairs, and two that are none. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** A text within an element or an attribute; characters that XML does not have are left out. */
export function xmlText(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"\r]/g, (letter) => ESCAPES[letter] ?? letter);
}

/** A row as an element: what has no value has no element. */
export function xmlItem(names: readonly string[], values: readonly ShownValue[]): string {
  const elements = names.map((name, place) => {
    const value = values[place] ?? null;
    return value === null ? '' : `<${name}>${xmlText(String(value))}</${name}>`;
  });
  return `<item>${elements.join('')}</item>\n`;
}
