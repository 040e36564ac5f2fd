import type { Database, Transaction } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { keyOf, scopeKeyOf } from './encode-record.ts';
import type { RecordScope, RecordSource } from './record-target.ts';
import type { RecordTable } from './record-table.ts';
import { checksumReader, valuesReader } from './stored-rows.ts';

type Connection = Pick<RecordSource, 'database' | 'tx'>;

/** A stored record: the values of its columns, without hub's own. */
export interface StoredRecord {
  readonly values: (string | null)[];
  readonly createdRun: string;
}

const KEYS_PER_QUERY = 500;

/** The checksums of the stored records of a scope, by their keys (stored-rows.ts). */
export async function storedChecksums(source: RecordSource, table: RecordTable, scope: RecordScope): Promise<Map<string, string | undefined>> {
  // Nothing is there to be read on a first run. Were it there after all, the load would find more keys than it expects.
  if (scope.brand !== undefined && source.emptyBrands?.has(scope.brand) === true) return new Map();
  const reader = checksumReader(table, source.recompute);
  const rows = await rowsByKeys(source, table.name, table.keys[0] ?? '', scope, reader.columns);
  return new Map(rows.map((row) => reader.of(row)));
}

/** The stored records of the keys, whole. They are read by their scope keys: so they stand together. */
export async function storedRecords(source: Connection, table: RecordTable, scope: RecordScope, keys: readonly string[]): Promise<Map<string, StoredRecord>> {
  if (keys.length === 0) return new Map();
  const names = Object.keys(table.columns);
  const wanted = new Set(keys);
  const valuesOf = valuesReader(table);
  const within = scope.keys === 'all' ? scope : { ...scope, keys: keys.map(scopeKeyOf) };
  const rows = await rowsByKeys(source, table.name, table.keys[0] ?? '', within, [...names, 'created_run']);
  const places = table.keys.map((column) => names.indexOf(column));
  const found = new Map<string, StoredRecord>();
  for (const row of rows) {
    const key = keyOf(places.map((place) => String(row[place])));
    if (!wanted.has(key)) continue;
    found.set(key, { values: valuesOf(row), createdRun: String(row.at(-1)) });
  }
  return found;
}

/** Rows of a table by keys of one of its columns, as the driver gives them. */
export async function rowsByKeys({ database, tx }: Connection, table: string, keyColumn: string, scope: RecordScope, columns: readonly string[]): Promise<StoredValues[]> {
  const { brand } = scope;
  const list = columns.map((column) => database.dialect.quote(column)).join(', ');
  if (scope.keys === 'all') {
    const within = brand === undefined ? '' : ' where brand = ?';
    return database.dialect.selectRows(tx, `select ${list} from ${table}${within}`, brand === undefined ? [] : [brand]);
  }
  const keys = [...new Set(scope.keys)].sort();
  if (brand !== undefined) return database.dialect.findByKeys(tx, { table, brand, keyColumn, keys, columns });
  const found: StoredValues[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_QUERY) {
    const some = keys.slice(start, start + KEYS_PER_QUERY);
    const marks = some.map(() => '?').join(',');
    found.push(...(await database.dialect.selectRows(tx, `select ${list} from ${table} where ${keyColumn} in (${marks})`, some)));
  }
  return found;
}

/** The brands that have no records in any of the tables. */
export async function findEmptyBrands(database: Database, tx: Transaction, tables: readonly Pick<RecordTable, 'name'>[], brands: readonly string[]): Promise<Set<string>> {
  const empty = new Set(brands);
  for (const brand of brands) {
    for (const { name } of tables) {
      const rows = await database.dialect.selectRows(tx, `select 1 from ${name} where brand = ? limit 1`, [brand]);
      if (rows.length > 0) empty.delete(brand);
    }
  }
  return empty;
}
