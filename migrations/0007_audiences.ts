import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable } from '../src/db/schema.ts';
import { audienceMembers, audienceSnapshots, suppressions } from '../src/destinations/audiences/tables.ts';

const tables = [audienceMembers, audienceSnapshots, suppressions];

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
