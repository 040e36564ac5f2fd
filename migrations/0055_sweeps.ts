import type { Migration } from '../src/db/migrator.ts';
import { dropTable } from '../src/db/schema.ts';

/** The raw table of the keys that are swept comes with its contract (`ensureRawTables`), and goes with this. */
export const sweeps: Migration = {
  name: '0055_sweeps',
  up: () => Promise.resolve(),
  async down(kit) {
    await dropTable(kit, 'raw_shopify_orders_keys');
  },
};
