/** A text without escapes that still knows where each of its characters stood in the original. */
export interface Unescaped {
  readonly text: string;
  /** `starts[i]` is the index in the original of what became `text[i]`; one more entry for the end. */
  readonly starts: readonly number[];
}

/** What may hold an escape at all; most texts do not. */
const ANY = /[%&\\\p{Cf}\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0＠﹫＋．。＆／]/u;
/** One byte as a URL escapes it, once or several times over: `%40`, `%2540`. */
const PERCENT = /%(?:25)*([0-9a-f]{2})/iy;
/** A character as HTML escapes it, once or several times over: `&#64;`, `&#x40;`, `&commat;`, `&amp;#64;`. */
const ENTITY = /&(?:amp;|#0*38;|#x0*26;)*(?:#0*(\d{1,7})(?!\d);?|#x0*([0-9a-f]{1,6})(?![0-9a-f]);?|([a-z]{2,6});)/iy;
/** A character as JSON and JavaScript escape it: `\u0040`, `\u{40}`, `\x40`, `\n`, the backslash itself doubled too. */
const BACKSLASH = /\\+(?:u([0-9a-f]{4})|u\{0*([0-9a-f]{1,6})\}|x([0-9a-f]{2})|([nrtbf]))/iy;
/** Characters that nobody sees: format controls such as zero-width spaces, soft hyphens and marks of direction. */
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', commat: '@', period: '.', plus: '+', lowbar: '_', dash: '-', hyphen: '-', shy: '', sol: '/', colon: ':', semi: ';', equals: '=', num: '#',
};
/** The signs of an address in the wide forms of East Asian keyboards. */
const WIDE: Readonly<Record<string, string>> = { '＠': '@', '﹫': '@', '＋': '+', '．': '.', '。': '.', '＆': '&', '／': '/' };
/** The marks of letters that HTML knows by name: `&auml;`. */
const MARKS: Readonly<Record<string, string>> = { uml: '\u0308', acute: '\u0301', grave: '\u0300', circ: '\u0302', tilde: '\u0303', cedil: '\u0327', ring: '\u030a' };
const LETTERS: Readonly<Record<string, string>> = { szlig: 'ß', aelig: 'æ', oelig: 'œ', oslash: 'ø' };
const LAST_CODE_POINT = 0x10ffff;

/**
 * Takes off the escapes of URLs, HTML and JSON, however often they were put on, the characters that nobody sees, and the
 * wide forms of signs: `a%2540b`, `a&#64;b`, `a\u0040b` and `a＠b` become `a@b`.
 */
export function unescaped(text: string): Unescaped {
  const starts: number[] = [];
  let plain = '';
  const add = (piece: string, at: number): void => {
    for (let i = 0; i < piece.length; i++) starts.push(at);
    plain += piece;
  };
  for (let index = 0; index < text.length; ) {
    const escape = escapeAt(text, index);
    if (escape === undefined) {
      add(text.charAt(index), index);
      index++;
    } else {
      add(escape.piece, index);
      index += escape.length;
    }
  }
  starts.push(text.length);
  return { text: plain, starts };
}

/** The text alone. */
export function withoutEscapes(text: string): string {
  return ANY.test(text) ? unescaped(text).text : text;
}

interface Escape {
  readonly piece: string;
  readonly length: number;
}

function escapeAt(text: string, index: number): Escape | undefined {
  const character = text.charAt(index);
  if (character > ' ' && character <= '~' && character !== '%' && character !== '&' && character !== '\\') return undefined;
  if (character === '%') return percentAt(text, index);
  if (character === '&') return entityAt(text, index);
  if (character === '\\') return backslashAt(text, index);
  const whole = String.fromCodePoint(text.codePointAt(index) ?? 0);
  if (INVISIBLE.test(whole)) return { piece: '', length: whole.length };
  const sign = WIDE[whole];
  return sign === undefined ? undefined : { piece: sign, length: 1 };
}

/** The character of one byte or, beyond ASCII, of the bytes of its UTF-8. */
function percentAt(text: string, index: number): Escape | undefined {
  const bytes: number[] = [];
  let end = index;
  let wanted = 1;
  while (bytes.length < wanted) {
    PERCENT.lastIndex = end;
    const match = PERCENT.exec(text);
    if (match === null) return undefined;
    bytes.push(Number.parseInt(match[1] ?? '', 16));
    end = PERCENT.lastIndex;
    if (bytes.length === 1) wanted = lengthOfUtf8(bytes[0] ?? 0);
  }
  const piece = Buffer.from(bytes).toString('utf8');
  return piece.includes('\ufffd') ? undefined : { piece: INVISIBLE.test(piece) ? '' : piece, length: end - index };
}

function lengthOfUtf8(first: number): number {
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function entityAt(text: string, index: number): Escape | undefined {
  ENTITY.lastIndex = index;
  const match = ENTITY.exec(text);
  if (match === null) return undefined;
  const [whole, decimal, hex, name] = match;
  const piece = name === undefined ? characterOf(Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10)) : named(name);
  return piece === undefined ? undefined : { piece, length: whole.length };
}

function named(name: string): string | undefined {
  const word = name.toLowerCase();
  const mark = MARKS[word.slice(1)];
  return NAMED[word] ?? LETTERS[word] ?? (mark === undefined ? undefined : (name.charAt(0) + mark).normalize('NFC'));
}

function backslashAt(text: string, index: number): Escape | undefined {
  BACKSLASH.lastIndex = index;
  const match = BACKSLASH.exec(text);
  if (match === null) return undefined;
  const [, four, braced, two, blank] = match;
  const piece = blank === undefined ? characterOf(Number.parseInt(four ?? braced ?? two ?? '', 16)) : ' ';
  return piece === undefined ? undefined : { piece, length: match[0].length };
}

function characterOf(codePoint: number): string | undefined {
  if (codePoint > LAST_CODE_POINT) return undefined;
  const character = String.fromCodePoint(codePoint);
  return INVISIBLE.test(character) ? '' : (WIDE[character] ?? character);
}
