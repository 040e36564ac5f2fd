/** A folded text that still knows where each of its characters stood in the original. */
export interface FoldedText {
  readonly folded: string;
  /** `starts[i]` is the index in the original of the character that became `folded[i]`; one more entry for the end. */
  readonly starts: readonly number[];
}

/** A letter or a digit: what a token consists of. */
export const TOKEN_CHARACTER = '[\\p{L}\\p{N}]';

const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const MARKS = /\p{M}/gu;
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/u;
/** What was folded before; a text uses few of the characters that there are. */
const foldedCharacters = new Map<string, string>();
const TOKENS = /[\p{L}\p{N}]+/gu;
/** Letters and signs that Unicode does not decompose, but that people write without a second thought. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i',
  '‘': "'", '’': "'", 'ʼ': "'", '´': "'",
  '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '−': '-',
  '“': '"', '”': '"', '„': '"', '«': '"', '»': '"',
};

/**
 * Folds a text for comparison: lower case, no diacritics (`Gebühr` → `gebuhr`, `Straße` → `strasse`), compatibility
 * forms resolved, typographic dashes and quotes made plain, runs of white space made one space, trimmed.
 */
export function fold(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : foldWithPositions(text).folded;
}

/** Folds like fold, and keeps the way back to the original positions. */
export function foldWithPositions(text: string): FoldedText {
  const starts: number[] = [];
  if (PLAIN.test(text)) {
    for (let i = 0; i <= text.length; i++) starts.push(i);
    return { folded: text.toLowerCase(), starts };
  }
  let folded = '';
  let spaceAt = -1;
  let index = 0;
  for (const character of text) {
    const piece = foldCharacter(character);
    if (piece === ' ') {
      if (spaceAt < 0) spaceAt = index;
    } else if (piece !== '') {
      if (spaceAt >= 0 && folded !== '') {
        folded += ' ';
        starts.push(spaceAt);
      }
      spaceAt = -1;
      for (let i = 0; i < piece.length; i++) starts.push(index);
      folded += piece;
    }
    index += character.length;
  }
  starts.push(spaceAt >= 0 ? spaceAt : text.length);
  return { folded, starts };
}

/** The tokens of a text, folded: runs of letters and digits. `UP1 – Kéfir` → `up1`, `kefir`. */
export function tokens(text: string): string[] {
  return fold(text).match(TOKENS) ?? [];
}

/** A word of the billing platform without case, spaces and signs: `Discount-Percentage` → `discountpercentage`. */
export function squash(text: string): string {
  return tokens(text).join('');
}

function foldCharacter(character: string): string {
  if (character >= '!' && character <= '~') return character.toLowerCase();
  let folded = foldedCharacters.get(character);
  if (folded === undefined) {
    folded = decompose(character);
    foldedCharacters.set(character, folded);
  }
  return folded;
}

function decompose(character: string): string {
  if (/\s/u.test(character)) return ' ';
  if (INVISIBLE.test(character)) return '';
  const lower = character.toLowerCase();
  const base = SPELLED_OUT[lower] ?? lower.normalize('NFKD').replace(MARKS, '').toLowerCase();
  // A compatibility form can stand for letters that are themselves spelled out: ᶞ is ð, and so d; ŉ is ʼ and n.
  return Array.from(base, (each) => SPELLED_OUT[each] ?? each).join('');
}

/** Digits with a comma between thousands: `1234567` → `1,234,567`. */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}
