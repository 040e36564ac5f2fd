import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const table: TableSpec = {
  name: 'web_sessions',
  columns: {
    brand: 'key!', account: 'key!', date: 'date!', id: 'key!', zone: 'text', channel_group: 'text!', session_source: 'text!', session_medium: 'text!', session_campaign: 'text!',
    sessions: 'integer!', engaged_sessions: 'integer', key_events: 'decimal', currency: 'currency!', revenue_micros: 'integer',
    sampled: 'boolean!', other_row: 'boolean!', thresholded: 'boolean!', source: 'key!', batch: 'key!', change_no: 'integer!',
  },
  primaryKey: ['brand', 'account', 'date', 'id'],
  indexes: [['brand', 'date']],
};

/** What visits channels brought (sources specification, "Facts"); the raw table of its stream comes with the contract. */
export const webSessions: Migration = {
  name: '0054_web_sessions',
  up: (kit) => createTable(kit, table),
  async down(kit) {
    for (const name of ['raw_ga4_channel_day', table.name]) await dropTable(kit, name);
  },
};
