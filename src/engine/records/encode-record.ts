import { oneSpelling } from '../../core/decimal.ts';
import { checksum } from '../../core/hash.ts';
import { encodeValue } from '../../core/text/row-text.ts';
import type { Cell, RecordTable } from './record-table.ts';

/** A record as it is compared and written: it takes a fraction of the memory of the record itself. */
export interface EncodedRecord {
  /** The values of the key columns, after the brand. */
  readonly key: string;
  /** The canonical text of all columns of the record, without hub's own. */
  readonly text: string;
  readonly checksum: string;
}

type Values = Readonly<Record<string, Cell>>;
type Encoder = (record: Values) => EncodedRecord;

const encoders = new WeakMap<RecordTable, Encoder>();

/** Encodes a record of a table. Numbers, yes/no and decimals have one spelling each, on every database. */
export function encodeRecord(table: RecordTable, record: Values): EncodedRecord {
  let encoder = encoders.get(table);
  if (encoder === undefined) encoders.set(table, (encoder = encoderOf(table)));
  return encoder(record);
}

/** The key of a record among those of its brand and table. */
export function keyOf(values: readonly string[]): string {
  return values.join('\t');
}

/** The values that a key is made of. */
export function keyParts(key: string): string[] {
  return key.split('\t');
}

/** The first value of a key: by it the records of a scope are found. */
export function scopeKeyOf(key: string): string {
  const end = key.indexOf('\t');
  return end < 0 ? key : key.slice(0, end);
}

/** A loop over few strings: an array of values and a second pass over it take twice as long. */
function encoderOf({ columns, keys }: RecordTable): Encoder {
  const names = Object.keys(columns);
  const isDecimal = Object.values(columns).map((type) => type.startsWith('decimal'));
  return (record) => {
    let text = '';
    for (let i = 0; i < names.length; i++) {
      if (i > 0) text += '\t';
      const value = record[names[i] as string];
      const decimal = isDecimal[i] === true;
      if (typeof value === 'number' && !decimal) text += String(value);
      else text += encodeValue(oneSpelling(value, decimal));
    }
    let key = String(record[keys[0] as string]);
    for (let i = 1; i < keys.length; i++) key += `\t${String(record[keys[i] as string])}`;
    return { key, text, checksum: checksum(text) };
  };
}
