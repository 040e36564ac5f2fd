import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The outbox: what is to be sent, every attempt, and how each destination fares. */
const tables: readonly TableSpec[] = [
  {
    name: 'relays',
    columns: {
      // Made of the destination and the dedupe key: the primary key is what makes a fact be sent once.
      relay_id: 'key!',
      destination: 'key!',
      kind: 'key!',
      brand: 'key',
      subject_id: 'key',
      version: 'integer',
      person_id: 'key',
      dedupe_key: 'text!',
      payload: 'longtext',
      has_body: 'boolean!',
      bucket: 'integer!',
      state: 'key!',
      attempts: 'integer!',
      tries: 'integer!',
      next_attempt_at: 'instant',
      lease_until: 'instant',
      run_id: 'key',
      reason: 'text',
      created_at: 'instant!',
      ended_at: 'instant',
    },
    primaryKey: ['relay_id'],
    indexes: [
      ['destination', 'state', 'next_attempt_at'],
      ['destination', 'subject_id', 'version'],
      ['person_id'],
      ['has_body', 'ended_at'],
    ],
  },
  {
    name: 'relay_attempts',
    columns: {
      relay_id: 'key!',
      attempt: 'integer!',
      run_id: 'key!',
      outcome: 'key!',
      started_at: 'instant!',
      duration_ms: 'integer',
      method: 'key',
      url: 'text',
      request_headers: 'json',
      status: 'integer',
      response_headers: 'json',
      response_body: 'longtext',
      error: 'text',
      has_body: 'boolean!',
    },
    primaryKey: ['relay_id', 'attempt'],
    indexes: [['has_body', 'started_at']],
  },
  {
    name: 'destination_states',
    columns: {
      destination: 'key!',
      // Failures in a row, over all runs and workers.
      failures: 'integer!',
      // How often in a row it was paused: each pause is longer.
      pauses: 'integer!',
      paused_until: 'instant',
      disabled_at: 'instant',
      disabled_reason: 'text',
      // In the database's time: before it, the requests of other workers use up the rate.
      next_slot_at: 'instant',
    },
    primaryKey: ['destination'],
  },
];

export const relays: Migration = {
  name: '0005_relays',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
