import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const sourceChanges: TableSpec = {
  name: 'source_changes',
  columns: { brand: 'key!', change_no: 'integer!', source: 'key!', entity: 'key!', entity_id: 'key!' },
  primaryKey: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
};

/** Whose rows of platforms' streams changed; the raw tables of the streams come with their contracts (`ensureRawTables`). */
export const sources: Migration = {
  name: '0037_sources',
  async up(kit) {
    await createTable(kit, sourceChanges);
  },
  async down(kit) {
    await dropTable(kit, sourceChanges.name);
  },
};
