import type { Database } from '../../src/db/database.ts';
import type { StoredValues } from '../../src/db/dialect.ts';
import { createTable, type TableSpec } from '../../src/db/schema.ts';

/** A table with a column of every type. */
export const probe: TableSpec = {
  name: 'probe',
  columns: {
    brand: 'key!',
    source_id: 'key!',
    name: 'longkey',
    note: 'text',
    story: 'longtext',
    data: 'json',
    day: 'date',
    at: 'instant',
    amount: 'decimal',
    count: 'integer',
    flag: 'boolean',
    currency: 'currency',
    sum: 'hash',
  },
  primaryKey: ['brand', 'source_id'],
  indexes: [['brand', 'day']],
};

export const probeColumns = Object.keys(probe.columns);

/** Makes the table, or empties it. */
export async function resetProbe(database: Database): Promise<void> {
  await createTable({ knex: database.knex, dialect: database.dialect }, probe);
  await database.knex(probe.name).delete();
}

/** Values of a row in column order, null where nothing is given. */
export function probeRow(values: Readonly<Record<string, string>>): (string | null)[] {
  return probeColumns.map((column) => ({ brand: 'alpina', ...values })[column] ?? null);
}

/** The stored rows of the keys as texts, sorted by key. */
export async function storedProbe(database: Database, keys: readonly string[], columns: readonly string[] = probeColumns): Promise<(string | null)[][]> {
  const lookup = { table: probe.name, brand: 'alpina', keyColumn: 'source_id', keys, columns: ['source_id', ...columns] };
  const found = await database.read((knex) => database.dialect.findByKeys(knex, lookup));
  return found
    .map((values: StoredValues) => values.map((value) => (value === null ? null : String(value))))
    .sort((one, other) => ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1))
    .map((values) => values.slice(1));
}
