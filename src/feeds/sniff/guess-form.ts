import { TextDecoder } from 'node:util';

import { membersOf } from '../../core/text/json-text.ts';
import { fieldsOf } from '../../lake/text/csv-fields.ts';

/** How a file seems to be written. */
export interface GuessedForm {
  readonly encoding: string;
  readonly kind: 'csv' | 'ndjson';
  readonly delimiter: string;
  readonly escape: 'double' | 'backslash';
  /** Lines before the header. */
  readonly skip: number;
  /** Records at the end that are no data. */
  readonly skipEnd: number;
}

const DELIMITERS = [',', ';', '\t', '|'];
const QUOTE = '"';
/** A quote within a value, written twice. */
const DOUBLED = /[^\\,;\t|\n"]""/;
/** Lines that are looked at. */
const MOST_LINES = 200;
/** More lines than this before a header are none. */
const MOST_SKIPPED = 20;
const MOST_AT_END = 5;

/** The coding of text: UTF-8, UTF-16 by its mark or its NUL bytes, else the one of Western exports. */
export function guessEncoding(bytes: Buffer): string {
  const start = bytes.toString('hex', 0, 4);
  if (/^fffe|^(?!00)..00(?!00)..00/.test(start)) return 'utf-16le';
  if (/^feff|^00(?!00)..00(?!00)../.test(start)) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

function isUtf8(bytes: Buffer): boolean {
  try {
    // A sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * How a text is written: lines of JSON, or separated by the character that cuts the most of its records into as many fields.
 * @param isWhole false for the beginning of a longer one: nothing is known of its end
 */
export function guessForm(text: string, encoding: string, isWhole: boolean): GuessedForm {
  const records = recordsOf(text);
  const whole = { encoding, escape: 'double', skip: 0, skipEnd: 0 } as const;
  if (records.length > 0 && records.slice(0, MOST_LINES).every((line) => membersOf(line) !== undefined)) return { ...whole, kind: 'ndjson', delimiter: ',' };
  const [best] = DELIMITERS.map((delimiter) => ({ delimiter, ...widthOf(records, delimiter) })).sort((a, b) => b.score - a.score);
  const { delimiter = ',', width = 1, counts = [] } = best ?? {};
  const skip = Math.max(0, counts.findIndex((count) => count === width));
  const tail = records.slice(-MOST_AT_END).reverse().findIndex((record) => fieldsOf(record, { delimiter, quote: QUOTE }).length === width);
  return {
    ...whole,
    kind: 'csv',
    delimiter,
    escape: text.includes('\\"') && !DOUBLED.test(text) ? 'backslash' : 'double',
    skip: skip <= MOST_SKIPPED ? skip : 0,
    skipEnd: isWhole && tail > 0 ? tail : 0,
  };
}

/** Lines, those of a quoted value together; blank ones are none. */
function recordsOf(text: string): string[] {
  const records: string[] = [];
  let open = '';
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    open = open === '' ? line : `${open}\n${line}`;
    if ((open.match(/"/g) ?? []).length % 2 === 1) continue;
    if (open.trim() !== '') records.push(open);
    open = '';
  }
  return records;
}

function widthOf(records: readonly string[], delimiter: string): { readonly width: number; readonly score: number; readonly counts: readonly number[] } {
  const counts = records.slice(0, MOST_LINES).map((record) => fieldsOf(record, { delimiter, quote: QUOTE }).length);
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  const [width, found] = [...times].sort(([a, x], [b, y]) => y * (b > 1 ? 1 : 0) - x * (a > 1 ? 1 : 0) || b - a)[0] ?? [1, 0];
  return { width, counts, score: width < 2 ? 0 : (found / counts.length) ** 3 * Math.log2(width) };
}
