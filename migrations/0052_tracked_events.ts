import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const trackedEventsTable: TableSpec = {
  name: 'tracked_events',
  columns: {
    brand: 'key!', event_id: 'longkey!', source: 'key!', name: 'key!', occurred_at: 'instant!', received_at: 'instant!',
    person_id: 'key', is_test: 'boolean!', scrubbed: 'integer!', properties: 'longtext!', lake_batch: 'key!',
    created_run: 'key!',
  },
  primaryKey: ['brand', 'event_id'],
  indexes: [['person_id'], ['brand', 'name', 'occurred_at'], ['received_at']],
};

/** Tracked events without personal data (serve specification, "Tracked events"). */
export const trackedEvents: Migration = {
  name: '0052_tracked_events',
  async up(kit) {
    await createTable(kit, trackedEventsTable);
  },
  async down(kit) {
    await dropTable(kit, trackedEventsTable.name);
  },
};
