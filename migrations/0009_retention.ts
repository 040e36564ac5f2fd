import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable } from '../src/db/schema.ts';
import { purgedStates } from '../src/enriched/subscribers/tables.ts';

/** What stays of events that hub purge removes. */
export const retention: Migration = {
  name: '0009_retention',
  async up(kit) {
    await createTable(kit, purgedStates);
  },
  async down(kit) {
    await dropTable(kit, purgedStates.name);
  },
};
