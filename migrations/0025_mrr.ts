import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The tables of MRR as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'subscription_mrr',
    columns: {
      brand: 'key!', account_id: 'key!', chain_id: 'key!', from_date: 'date!', to_date: 'date', state: 'key!',
      mrr: 'integer!', currency: 'currency!', market: 'text', person_id: 'key!', class: 'key', evidence: 'json!',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'chain_id', 'from_date'],
    indexes: [['person_id']],
  },
  {
    name: 'mrr_movements',
    columns: {
      brand: 'key!', person_id: 'key!', currency: 'currency!', movement_date: 'date!', kind: 'key!', amount: 'integer!',
      mrr_before: 'integer!', mrr_after: 'integer!', is_replacement: 'boolean!', chains: 'json!', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id', 'currency', 'movement_date'],
    indexes: [['brand', 'movement_date']],
  },
];

/** What subscriptions bring a month, and how that moved. */
export const mrr: Migration = {
  name: '0025_mrr',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const { name } of [...tables].reverse()) await dropTable(kit, name);
  },
};
