import { oneSpelling } from '../../core/decimal.ts';
import { checksum } from '../../core/hash.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { ColumnType, StoredValues } from '../../db/dialect.ts';

/** What tells the derived records of a table: their columns without hub's own, and the key after the brand. */
export interface RecordShape {
  readonly keys: readonly string[];
  readonly columns: Readonly<Record<string, ColumnType | `${ColumnType}!`>>;
}

/** Reads keys and checksums out of stored rows. */
export interface ChecksumReader {
  /** The columns to select, in this order. */
  readonly columns: readonly string[];
  /** Of such a row: its key, and the checksum that it counts with; undefined: it has none that anything could equal. */
  of(row: StoredValues): readonly [key: string, checksum: string | undefined];
}

/**
 * The one rule by which stored records are compared with what derives. Usually the stored checksum speaks for the row.
 * With `recompute` it is not trusted: it is made anew from the columns, so that a row that was changed by hand differs,
 * and so does one whose checksum was.
 */
export function checksumReader(table: RecordShape, recompute: boolean): ChecksumReader {
  const { keys } = table;
  if (!recompute) return { columns: [...keys, 'checksum'], of: (row) => [row.slice(0, -1).join('\t'), String(row.at(-1))] };
  const columns = Object.keys(table.columns);
  const places = keys.map((key) => columns.indexOf(key));
  const valuesOf = valuesReader(table);
  return {
    columns: [...columns, 'checksum'],
    of: (row) => {
      const own = checksum(encodeRow(valuesOf(row)));
      return [places.map((place) => String(row[place])).join('\t'), own === row.at(-1) ? own : undefined];
    },
  };
}

/** Reads the values of stored rows, as they are compared and shown. */
export function valuesReader({ columns }: RecordShape): (row: StoredValues) => (string | null)[] {
  const isDecimal = Object.values(columns).map((type) => type.startsWith('decimal'));
  return (row) => isDecimal.map((decimal, index) => oneSpelling(row[index], decimal));
}

/** A record as audit deltas show it: by field, without what is empty; JSON as what it is. */
export function stateOf({ columns }: RecordShape, values: readonly (string | null)[]): Record<string, unknown> {
  const state: Record<string, unknown> = {};
  for (const [index, [column, type]] of Object.entries(columns).entries()) {
    const value = values[index] ?? null;
    if (value !== null) state[column] = type.startsWith('json') ? jsonOf(value) : value;
  }
  return state;
}

/** What was written by hand need not be JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
