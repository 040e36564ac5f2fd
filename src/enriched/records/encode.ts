import { oneSpelling } from '../../core/decimal.ts';
import { checksum } from '../../core/hash.ts';
import { encodeValue } from '../../core/text/row-text.ts';
import { enrichedTables, tableNames, type Cell, type TableName } from './tables.ts';

/** A record as it is written and compared. */
export interface EncodedRecord {
  /** The values of the key columns, after the brand. */
  readonly key: string;
  /** The canonical text of all columns of the record, without hub's own. */
  readonly text: string;
  readonly checksum: string;
}

type Values = Readonly<Record<string, Cell>>;
type Encoder = (record: Values) => EncodedRecord;

const encoders = Object.fromEntries(tableNames.map((name) => [name, encoderOf(name)])) as Record<TableName, Encoder>;

/** Encodes a record of a table. Numbers, yes/no and decimals have one spelling each, on every database. */
export function encodeRecord(name: TableName, record: Values): EncodedRecord {
  return encoders[name](record);
}

/** The key of a record among those of its brand and table. */
export function keyOf(values: readonly string[]): string {
  return values.join('\t');
}

/** A loop over few strings: an array of values and a second pass over it take twice as long. */
function encoderOf(name: TableName): Encoder {
  const { columns, keys } = enrichedTables[name];
  const names = Object.keys(columns);
  const isDecimal = Object.values(columns).map((type) => type.startsWith('decimal'));
  return (record) => {
    let text = '';
    for (let i = 0; i < names.length; i++) {
      if (i > 0) text += '\t';
      const value = record[names[i] as string];
      if (typeof value === 'number') text += String(value);
      else text += encodeValue(oneSpelling(value, isDecimal[i] === true));
    }
    let key = String(record[keys[0] as string]);
    for (let i = 1; i < keys.length; i++) key += `\t${String(record[keys[i] as string])}`;
    return { key, text, checksum: checksum(text) };
  };
}
