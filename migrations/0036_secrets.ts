import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const secretsTable: TableSpec = {
  name: 'secrets',
  columns: {
    name: 'key!', ciphertext: 'longtext!', nonce: 'key!', wrapped_key: 'text!', key_id: 'text!',
    set_at: 'instant!', expires_at: 'instant', checked_at: 'instant', check_status: 'key',
  },
  primaryKey: ['name'],
};

/** Secrets of the sources, encrypted (sources specification, "hub secrets"). */
export const secrets: Migration = {
  name: '0036_secrets',
  async up(kit) {
    await createTable(kit, secretsTable);
  },
  async down(kit) {
    await dropTable(kit, secretsTable.name);
  },
};
