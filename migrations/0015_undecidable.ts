import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const undecidable: TableSpec = {
  name: 'undecidable',
  columns: { stage: 'key!', brand: 'key!', account_id: 'key!', reason: 'text!', run_id: 'key!', at: 'instant!' },
  primaryKey: ['stage', 'brand', 'account_id'],
};

/** Accounts that a stage could not decide and takes up again. */
export const undecidableAccounts: Migration = {
  name: '0015_undecidable',
  async up(kit) {
    await createTable(kit, undecidable);
  },
  async down(kit) {
    await dropTable(kit, undecidable.name);
  },
};
