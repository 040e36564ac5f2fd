import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const tables: readonly TableSpec[] = [
  {
    name: 'erasures',
    columns: {
      email_sha256: 'key!', receipt_id: 'key!', erased_at: 'instant!', run_id: 'key!', words: 'json!', counts: 'json!',
    },
    primaryKey: ['email_sha256'],
  },
  {
    name: 'erased_records',
    columns: {
      brand: 'key!', entity: 'key!', source_id: 'key!', email_sha256: 'key!', is_test: 'boolean!', is_settled: 'boolean!',
    },
    primaryKey: ['brand', 'entity', 'source_id'],
    indexes: [['email_sha256']],
  },
];

/** Whom hub has erased, so that no import brings them back. */
export const erasure: Migration = {
  name: '0008_erasures',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
