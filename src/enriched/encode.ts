import { parseDecimal } from '../core/decimal.ts';
import { checksum } from '../core/hash.ts';
import { encodeRow } from '../core/row-text.ts';
import { enrichedTables, type Cell, type TableName } from './tables.ts';

/** A record as it is written and compared. */
export interface EncodedRecord {
  readonly brand: string;
  /** The values of the key columns, after the brand. */
  readonly key: string;
  /** The canonical text of all columns of the record, without hub's own. */
  readonly text: string;
  readonly checksum: string;
}

type Values = Readonly<Record<string, Cell>>;

/** Encodes records of a table. Numbers, yes/no and decimals have one spelling each, on every database. */
export function encoderOf(name: TableName): (record: Values) => EncodedRecord {
  const { columns, keys } = enrichedTables[name];
  const names = Object.keys(columns);
  const decimals = new Set(Object.entries(columns).flatMap(([column, type]) => (type.startsWith('decimal') ? [column] : [])));
  return (record) => {
    const values = names.map((column) => textOf(record[column] ?? null, decimals.has(column)));
    const text = encodeRow(values);
    return { brand: String(record['brand']), key: keyOf(keys.map((column) => String(record[column]))), text, checksum: checksum(text) };
  };
}

/** The key of a record among those of its brand and table. */
export function keyOf(values: readonly string[]): string {
  return values.join('\t');
}

/** One spelling of a value, as it comes from a classifier or a driver. */
export function textOf(value: Cell | undefined, isDecimal: boolean): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = String(value);
  return isDecimal ? (parseDecimal(text) ?? text) : text;
}
