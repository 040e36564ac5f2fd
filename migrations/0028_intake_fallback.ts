import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const fallback: TableSpec = {
  name: 'intake_fallback',
  columns: { record_hash: 'key!', body: 'longtext!', stored_at: 'instant!' },
  primaryKey: ['record_hash'],
};

/** Records of the server that no segment of its journal took. */
export const intakeFallback: Migration = {
  name: '0028_intake_fallback',
  async up(kit) {
    await createTable(kit, fallback);
  },
  async down(kit) {
    await dropTable(kit, fallback.name);
  },
};
