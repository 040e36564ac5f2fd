import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable } from '../src/db/schema.ts';
import { erasedRecords, erasures } from '../src/raw/erasure/tables.ts';

const tables = [erasures, erasedRecords];

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
