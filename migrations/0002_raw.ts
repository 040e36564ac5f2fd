import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';
import { rawTables } from './0002_raw_tables.ts';

/** Whose facts changed, by the change number of the run: what later stages take up from their own mark. */
const changes: TableSpec = {
  name: 'raw_changes',
  columns: { brand: 'key!', change_no: 'integer!', source: 'key!', entity: 'key!', entity_id: 'key!' },
  // The source, the entity of the row that changed, comes before the owner: two feeds never write the same key.
  primaryKey: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
};

const tables = [changes, ...rawTables];

/** The raw tables of billing; what contracts gain later comes by `ensureRawTables`. */
export const raw: Migration = {
  name: '0002_raw',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const { name } of [...tables].reverse()) await dropTable(kit, name);
  },
};
