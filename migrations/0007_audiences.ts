import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const tables: readonly TableSpec[] = [
  {
    name: 'audience_members',
    columns: {
      audience: 'key!', platform: 'key!', person_id: 'key!', hashes: 'text', line_hash: 'hash', before_hashes: 'text',
      before_line_hash: 'hash', changed_on: 'date!',
    },
    primaryKey: ['audience', 'platform', 'person_id'],
  },
  {
    name: 'audience_snapshots',
    columns: {
      audience: 'key!', platform: 'key!', snapshot_date: 'date!', members: 'integer!', location: 'text!', delivered: 'json',
      pending: 'json', refused: 'json', run_id: 'key!', updated_at: 'instant!',
    },
    primaryKey: ['audience', 'platform', 'snapshot_date'],
  },
  {
    name: 'suppressions',
    columns: { email_sha256: 'key!', person_id: 'key!', reason: 'key!', created_at: 'instant!' },
    primaryKey: ['email_sha256'],
    indexes: [['person_id']],
  },
];

/** What was delivered to advertising platforms, and who must not be. */
export const audiences: Migration = {
  name: '0007_audiences',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
