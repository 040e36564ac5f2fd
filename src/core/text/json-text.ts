const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const WHITE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const NUMBER = /[-\d][-+.\deE]*/y;
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The members of a JSON object, names to the texts of their values. Numbers keep every digit, where JSON.parse would
 * round one of more than 15, and names their order; strings are in the spelling of JSON.stringify, and there is no white
 * space between the tokens. Of a repeated name the last one counts. Undefined if the text is no JSON object.
 */
export function membersOf(json: string): Map<string, string> | undefined {
  if (!isObject(json)) return undefined;
  const text = compact(json);
  const members = new Map<string, string>();
  for (let at = 1; at < text.length - 1; ) {
    const nameEnd = endOfString(text, at);
    const valueEnd = endOfValue(text, nameEnd + 1);
    members.set(JSON.parse(text.slice(at, nameEnd)) as string, text.slice(nameEnd + 1, valueEnd));
    at = valueEnd + 1;
  }
  return members;
}

/** The texts of the elements of a JSON list, as membersOf has those of values; undefined if the text is no list. */
export function elementsOf(json: string): string[] | undefined {
  if (!isList(json)) return undefined;
  const list = compact(json);
  const elements: string[] = [];
  for (let at = 1; at < list.length - 1; ) {
    const end = endOfValue(list, at);
    elements.push(list.slice(at, end));
    at = end + 1;
  }
  return elements;
}

/** True if JSON.parse reads every number of a valid JSON text as the decimal that is written there. */
export function keepsNumbers(json: string): boolean {
  for (let at = 0; at < json.length; at++) {
    if (json.charCodeAt(at) === QUOTE) at = endOfString(json, at) - 1;
    else {
      NUMBER.lastIndex = at;
      const [number] = NUMBER.exec(json) ?? [];
      if (number === undefined) continue;
      if (!isExact(number)) return false;
      at += number.length - 1;
    }
  }
  return true;
}

/** True if a number of JSON is the same decimal after it was read as a binary one: `4.50` is, 19 digits are not. */
export function isExact(number: string): boolean {
  const read = String(Number(number));
  return read === number || decimalOf(read) === decimalOf(number);
}

/** One spelling of a decimal: its digits without zeros around them, and the power of ten; itself if it is infinite. */
function decimalOf(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = PARTS.exec(number) ?? [];
  if (whole === '') return number;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? '0' : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function isObject(json: string): boolean {
  const value = parsed(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(json: string): boolean {
  return Array.isArray(parsed(json));
}

/** Undefined if the text is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A valid JSON text without white space between its tokens, and with each string in one spelling. */
function compact(json: string): string {
  let text = '';
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(json, at);
      text += json.slice(from, at) + plain(json.slice(at, end));
      from = end;
      at = end - 1;
    } else if (WHITE.has(code)) {
      text += json.slice(from, at);
      from = at + 1;
    }
  }
  return text + json.slice(from);
}

function plain(string: string): string {
  return string.includes('\\') ? JSON.stringify(JSON.parse(string)) : string;
}

/** Where the string that begins here has ended: behind its quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Where the value that begins here has ended: at the comma or bracket behind it. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; ; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfString(json, at) - 1;
    else if (depth === 0 && (code === COMMA || CLOSING.has(code))) return at;
    else if (OPENING.has(code)) depth++;
    else if (CLOSING.has(code)) depth--;
  }
}
