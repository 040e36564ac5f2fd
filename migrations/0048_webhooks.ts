import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The tables of inbound webhooks as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'webhooks',
    columns: {
      source: 'key!', event_id: 'longkey!', webhook_id: 'key!', brand: 'key!', type: 'text', received_at: 'instant!',
      last_received_at: 'instant!', deliveries: 'integer!', other_bodies: 'integer!', state: 'key!', action: 'key',
      reason: 'key', tries: 'integer!', updated_at: 'instant!', headers: 'longtext!', body: 'longtext', is_base64: 'boolean!',
      body_sha256: 'key!', lake_batch: 'key!', created_run: 'key!',
    },
    primaryKey: ['source', 'event_id'],
    indexes: [['webhook_id'], ['state', 'received_at'], ['received_at']],
  },
  {
    name: 'webhook_deliveries',
    columns: { source: 'key!', delivery_id: 'key!', event_id: 'longkey!', received_at: 'instant!', lake_batch: 'key!' },
    primaryKey: ['source', 'delivery_id'],
  },
  {
    name: 'refetch_hints',
    columns: {
      source: 'key!', object: 'key!', object_id: 'longkey!', brand: 'key!', webhook_id: 'key!', hinted_at: 'instant!',
      fetched_at: 'instant',
    },
    primaryKey: ['source', 'object', 'object_id'],
  },
];

/** Inbound webhooks with what became of them (serve specification, "Inbound webhooks"). */
export const webhooks: Migration = {
  name: '0048_webhooks',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
