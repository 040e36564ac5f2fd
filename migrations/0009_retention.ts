import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const purgedStates: TableSpec = {
  name: 'email_purged_states',
  columns: {
    brand: 'key!', subject: 'key!', subject_kind: 'key!', first_sent: 'instant', last_sent: 'instant',
    last_human_open: 'instant', last_human_click: 'instant', first_unsubscribed_at: 'instant', unsubscribed_at: 'instant',
    unsubscribed_reason: 'key',
  },
  primaryKey: ['brand', 'subject', 'subject_kind'],
};

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
