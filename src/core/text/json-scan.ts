const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const SPACE = 0x20;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
/** Deeper texts are refused: no platform nests so deep, and the scanner calls itself for each level. */
const DEEPEST = 256;

/** Where the white space from a place on has ended. */
export function afterWhite(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

/** Where the one JSON value of a text begins and ends; undefined if the text is not exactly one, white space around it aside. */
export function wholeValue(text: string): readonly [number, number] | undefined {
  const start = afterWhite(text, 0);
  const end = checkedEnd(text, start, 0);
  return end >= 0 && afterWhite(text, end) === text.length ? [start, end] : undefined;
}

/** The end of the value that begins here, or -1 if it is none (RFC 8259). @param depth how many objects and arrays it stands in */
export function checkedEnd(text: string, at: number, depth: number): number {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return checkedStringEnd(text, at);
    case OBJECT:
      return depth === DEEPEST ? -1 : checkedContainerEnd(text, at, depth, OBJECT_END);
    case ARRAY:
      return depth === DEEPEST ? -1 : checkedContainerEnd(text, at, depth, ARRAY_END);
    default:
      return matchEnd(NUMBER, text, at) ?? matchEnd(WORD, text, at) ?? -1;
  }
}

function checkedContainerEnd(text: string, start: number, depth: number, closing: number): number {
  let at = afterWhite(text, start + 1);
  if (text.charCodeAt(at) === closing) return at + 1;
  for (;;) {
    if (closing === OBJECT_END) {
      if (text.charCodeAt(at) !== QUOTE) return -1;
      const name = checkedStringEnd(text, at);
      if (name < 0) return -1;
      at = afterWhite(text, name);
      if (text.charCodeAt(at) !== COLON) return -1;
      at = afterWhite(text, at + 1);
    }
    at = checkedEnd(text, at, depth + 1);
    if (at < 0) return -1;
    at = afterWhite(text, at);
    const code = text.charCodeAt(at);
    if (code === closing) return at + 1;
    if (code !== COMMA) return -1;
    at = afterWhite(text, at + 1);
  }
}

/** Behind the closing quote of a string that begins here, or -1 if it is none. */
export function checkedStringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < SPACE) return -1;
    if (code !== BACKSLASH) continue;
    const end = matchEnd(ESCAPE, text, at + 1);
    if (end === undefined) return -1;
    at = end - 1;
  }
  return -1;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Behind the closing quote of a string that begins here, in a text that was checked. */
export function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** Behind the value that begins here, in a text that was checked. */
export function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1;
      if (depth === 0) return at + 1;
    } else if (code === OBJECT || code === ARRAY) depth++;
    else if (code === OBJECT_END || code === ARRAY_END) {
      // The value is a number or a word, and this closes what it stands in.
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (code === COMMA || code === SPACE || code === 0x0a || code === 0x0d || code === 0x09)) return at;
    else if (at >= text.length) return at;
  }
}

/** The part of a checked text without white space between its tokens; everything else stays as it is. */
export function withoutWhite(text: string, start: number, end: number): string {
  let result = '';
  let from = start;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (code === SPACE || code === 0x0a || code === 0x0d || code === 0x09) {
      result += text.slice(from, at);
      at = afterWhite(text, at) - 1;
      from = at + 1;
    }
  }
  return from === start ? text.slice(start, end) : result + text.slice(from, end);
}

/** A string of a checked text, with its quotes, as it is meant. */
export function decodedString(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
}
