import type { TableSpec } from '../../db/schema.ts';

/** Tracked events, once each. */
export const trackedEvents: TableSpec = {
  name: 'tracked_events',
  columns: {
    ...{ brand: 'key!', event_id: 'longkey!', source: 'key!', name: 'key!', occurred_at: 'instant!', received_at: 'instant!', person_id: 'key' },
    ...{ is_test: 'boolean!', scrubbed: 'integer!', properties: 'longtext!', lake_batch: 'key!', created_run: 'key!' },
  },
  primaryKey: ['brand', 'event_id'],
  indexes: [['person_id'], ['brand', 'name', 'occurred_at'], ['received_at']],
};
