import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const fingerprints: TableSpec = {
  name: 'key_fingerprints',
  columns: { name: 'key!', fingerprint: 'hash!', kept_at: 'instant!' },
  primaryKey: ['name'],
};

/** Which keys a database was filled with: another key would give everything another id. */
export const keyFingerprints: Migration = {
  name: '0023_key_fingerprints',
  async up(kit) {
    await createTable(kit, fingerprints);
  },
  async down(kit) {
    await dropTable(kit, fingerprints.name);
  },
};
