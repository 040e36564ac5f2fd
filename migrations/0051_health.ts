import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropIndex, dropTable, replaceIndex, type TableSpec } from '../src/db/schema.ts';

const integrationHealth: TableSpec = {
  name: 'integration_health',
  columns: {
    integration: 'key!', checked_at: 'instant!', kind: 'key!', brand: 'key!', state: 'key!', reason: 'text', since: 'instant!',
    window_seconds: 'integer!', attempts: 'integer!', failures: 'integer!', p50_ms: 'integer', p95_ms: 'integer',
    last_attempt_at: 'instant', last_success_at: 'instant', dead: 'integer!', probe: 'key',
  },
  primaryKey: ['integration', 'checked_at'],
  indexes: [['checked_at']],
};

const BATCHES_BY_TIME = ['finished_at'];
/** Names an index that there is not. */
const NONE = ['none'];

/** How integrations fare, by check (serve specification, "Health"); and batches by when they ended. */
export const health: Migration = {
  name: '0051_health',
  async up(kit) {
    await createTable(kit, integrationHealth);
    await replaceIndex(kit, 'import_batches', NONE, BATCHES_BY_TIME);
  },
  async down(kit) {
    await dropIndex(kit, 'import_batches', BATCHES_BY_TIME);
    await dropTable(kit, integrationHealth.name);
  },
};
