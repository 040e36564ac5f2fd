import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const apiKeysTable: TableSpec = {
  name: 'api_keys',
  columns: {
    id: 'key!', name: 'text!', secret_sha256: 'key!', role: 'key!', permissions: 'json!', brands: 'json', feeds: 'json',
    in_url: 'boolean!', created_at: 'instant!', expires_at: 'instant', revoked_at: 'instant', last_used_on: 'date',
  },
  primaryKey: ['id'],
};

/** Keys of programs that ask hub serve (serve specification, "Keys and limits"). */
export const apiKeys: Migration = {
  name: '0049_api_keys',
  async up(kit) {
    await createTable(kit, apiKeysTable);
  },
  async down(kit) {
    await dropTable(kit, apiKeysTable.name);
  },
};
