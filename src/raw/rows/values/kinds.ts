import { CURRENCIES } from '../../../core/iso/currencies.ts';
import { parseDecimal } from '../../../core/decimal.ts';
import { parseDate, parseInstant } from '../../../core/time.ts';
import type { Column, Kind } from '../../../sources/contract/contract.ts';

/** Turns the text of a non-empty field into its canonical text; null if that is empty, undefined if it is not of the kind. */
export type FieldParser = (text: string) => string | null | undefined;

/** The longest text that the raw tables hold, in bytes of UTF-8. A longer one is rejected, never cut. */
const MAX_TEXT_BYTES = 65_535;
/** The longest id, in characters. */
const MAX_ID_LENGTH = 64;

/** Quotes and delimiters in an id are those of a damaged row. */
const ID = /^[!#-+\--~]{1,64}$/;
const USUAL_LENGTH = 32;
const [DIGIT_0, DIGIT_9, LETTER_A, LETTER_F] = [0x30, 0x39, 0x61, 0x66];
const PRINTABLE = /^[!-~]+$/;
const INTEGER = /^[+-]?\d{1,15}(?:\.0+)?$/;
// Every date but 29 February; what these do not match goes the long way.
const ZULU_SECOND = /^[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const CANONICAL_INSTANT = /^[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}$/;
const CANONICAL_DATE = /^[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$/;
/** What is written for a boolean, by its words in lower case. `1.0` is how pandas and Spark write a column with gaps. */
export const BOOLEANS = new Map<string, string>([
  ...['true', 't', 'yes', 'y', '1', '1.0'].map((word) => [word, '1'] as const),
  ...['false', 'f', 'no', 'n', '0', '0.0'].map((word) => [word, '0'] as const),
]);
/** What Hive, MySQL, Python and spreadsheets write for no id at all, in lower case. As ids they would bind strangers together. */
const NULL_WORDS = new Set(['\\n', 'null', 'none', 'nan', 'n/a', '-', '0']);
const LONGEST_NULL_WORD = 4;
/** A key that went through a spreadsheet or a float: `8.90E+30`, `8,9e30`. Many keys come to the same one. */
const ROUNDED = /^[+-]?\d+(?:[.,]\d*)?e[+-]?\d+$/i;
/** The same where other systems make ids: hex digits with an `e` among them are ids there. */
const SURELY_ROUNDED = /^[+-]?\d+(?:[.,]\d*e[+-]?|e[+-])\d+$/i;

/** The kinds whose parser decides whether a row is healthy; the soft ones accept (almost) anything. */
export function isStrict(kind: Kind): boolean {
  return kind !== 'text' && kind !== 'id' && kind !== 'enum';
}

/**
 * True for the id that the billing platform makes: 32 lower-case hex digits. Other shapes are accepted and counted.
 * Asked of every fifth field that is read: a loop takes a third of the time of an expression.
 */
export function isUsualId(text: string): boolean {
  if (text.length !== USUAL_LENGTH) return false;
  for (let at = 0; at < USUAL_LENGTH; at++) {
    const code = text.charCodeAt(at);
    if (code < DIGIT_0 || code > LETTER_F || (code > DIGIT_9 && code < LETTER_A)) return false;
  }
  return true;
}

/** The parser of a column. Source: billing specification, "Field kinds". */
export function parserOf(column: Column): FieldParser {
  const { reads } = column;
  const parse = kindParser(column);
  if (reads === undefined) return parse;
  return (text) => {
    const read = reads(text);
    return read === '' ? null : parse(read);
  };
}

function kindParser(column: Column): FieldParser {
  switch (column.kind) {
    case 'text':
      return column.long === true ? (text) => text : parseText;
    case 'id':
      return trimmed(column.foreign === undefined ? parseId : foreignIdParser(column.foreign, column.ownWords ?? []));
    case 'date':
      return trimmed((text) => (CANONICAL_DATE.test(text) ? text : parseDate(text)));
    case 'instant':
      return trimmed(parseUsualInstant);
    case 'decimal':
      return trimmed(column.most === undefined ? parseDecimal : boundedDecimal(column.most));
    case 'integer':
      return trimmed(parseInteger);
    case 'boolean':
      return trimmed((text) => BOOLEANS.get(text) ?? BOOLEANS.get(text.toLowerCase()));
    case 'currency':
      return trimmed((text) => (CURRENCIES.has(text) ? text : currencyOf(text.toUpperCase())));
    case 'enum':
      return enumParser(column.values ?? []);
  }
}

/** What a value of the kind looks like, for error messages. */
export function describeKind(column: Column): string {
  switch (column.kind) {
    case 'text':
      return `a text of at most ${MAX_TEXT_BYTES} bytes`;
    case 'id':
      return `an id of at most ${column.foreign ?? MAX_ID_LENGTH} printable ASCII characters${column.foreign === undefined ? ', none of them a quote or a comma' : ''}`;
    case 'date':
      return 'a date (YYYY-MM-DD)';
    case 'instant':
      return 'an instant (YYYY-MM-DD hh:mm:ss, ISO 8601 or a date)';
    case 'decimal':
      return `a decimal with at most 9 places${column.most === undefined ? '' : `, no further from 0 than ${column.most}`}`;
    case 'integer':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'currency':
      return 'an ISO 4217 currency code';
    case 'enum':
      return `one of ${(column.values ?? []).join(', ')}`;
  }
}

/** Why a value is not of its column, or does not fill it, as the end of a sentence that begins with the column. */
export function describeFault(column: Column, text: string): string {
  if (isEmptyIn(column, text)) return column.kind === 'id' && text.trim() !== '' ? 'is required and holds a word for no id' : 'is required and empty';
  const isRounded = column.kind === 'id' && ROUNDED.test(text.trim());
  return isRounded ? 'holds a number in exponent form: a program rounded the id, which has to be exported as text' : `is not ${describeKind(column)}`;
}

/** True for a text that counts as empty in the column: blanks in all but texts, and words for no id. */
export function isEmptyIn(column: Column, text: string): boolean {
  if (column.kind === 'text') return text === '';
  return text.trim() === '' || (column.kind === 'id' && isNullWord(text) && !(column.ownWords ?? []).includes(text.trim()));
}

/** True if an enum's value is outside the listed ones; such a value is kept as it is and counted as drift. */
export function isUnknownValue(column: Column, canonical: string): boolean {
  return column.kind === 'enum' && !(column.values ?? []).includes(canonical);
}

/** True for what is kept as it is and counted as drift: an unlisted value, or an id that the billing platform does not make. */
export function isOdd(column: Column, canonical: string): boolean {
  return column.kind === 'id' ? column.foreign === undefined && !isUsualId(canonical) : isUnknownValue(column, canonical);
}

/** True for a word that stands for no id: it is empty, and counted. */
export function isNullWord(text: string): boolean {
  const word = text.trim();
  return word.length <= LONGEST_NULL_WORD && NULL_WORDS.has(word.toLowerCase());
}

function parseId(text: string): string | null | undefined {
  if (isUsualId(text)) return text;
  if (isNullWord(text)) return null;
  return ID.test(text) && !ROUNDED.test(text) ? text : undefined;
}

function foreignIdParser(length: number, ownWords: readonly string[]): FieldParser {
  return (text) => {
    if (ownWords.includes(text)) return text;
    if (isNullWord(text)) return null;
    return text.length <= length && PRINTABLE.test(text) && !SURELY_ROUNDED.test(text) ? text : undefined;
  };
}

function boundedDecimal(most: number): FieldParser {
  return (text) => {
    const canonical = parseDecimal(text);
    return canonical !== undefined && Math.abs(Number(canonical)) > most ? undefined : canonical;
  };
}

function currencyOf(code: string): string | undefined {
  return CURRENCIES.has(code) ? code : undefined;
}

/** The two shapes that exports hold, without taking them apart; everything else the long way. */
function parseUsualInstant(text: string): string | undefined {
  if (CANONICAL_INSTANT.test(text)) return text;
  return ZULU_SECOND.test(text) ? `${text.slice(0, 10)} ${text.slice(11, 19)}.000000` : parseInstant(text);
}

function parseText(text: string): string | undefined {
  return text.length > MAX_TEXT_BYTES / 4 && Buffer.byteLength(text) > MAX_TEXT_BYTES ? undefined : text;
}

function parseInteger(text: string): string | undefined {
  return INTEGER.test(text) ? String(Number(text) + 0) : undefined;
}

function enumParser(values: readonly string[]): FieldParser {
  const canonical = new Map(values.map((value) => [value, value]));
  const folded = new Map(values.map((value) => [foldEnum(value), value]));
  return (text) => canonical.get(text) ?? folded.get(foldEnum(text)) ?? (text.trim() === '' ? null : parseText(text));
}

/** `Pending Activation`, `pending_activation` and `PendingActivation` are the same; other signs make another word. */
function foldEnum(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '').replace('cancelled', 'canceled');
}

/** Tries the text as it is first, the usual case, and then without blanks around it; blanks alone are empty. */
function trimmed(parse: FieldParser): FieldParser {
  return (text) => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    const inner = text.trim();
    if (inner === '') return null;
    return inner === text ? undefined : parse(inner);
  };
}
