import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, ensureTable, type TableSpec } from '../src/db/schema.ts';

/** What stated each slice last, as it was made first. */
const sourceDays: TableSpec = {
  name: 'source_days',
  columns: {
    brand: 'key!', source: 'key!', stream: 'key!', slice_id: 'key!', account: 'text!', day: 'date', batch: 'key!',
    rows_stated: 'integer!', checksum: 'key!', change_no: 'integer!',
  },
  primaryKey: ['brand', 'source', 'stream', 'slice_id'],
};

/** The history as far as this one adds to it. */
const removed: TableSpec = { name: 'import_batches', columns: { removed: 'integer' }, primaryKey: [] };

/** Tables that contracts bring and that hold such slices. */
const KEPT_BY_SLICES = ['raw_ad_performance', 'raw_ad_budgets', 'raw_product_costs', 'raw_stock_levels', 'raw_shipping_costs'];

/** Days that batches state whole (metrics specification, "Slices"), and how many rows went with them. */
export const sourceDayTables: Migration = {
  name: '0039_source_days',
  async up(kit) {
    await createTable(kit, sourceDays);
    await ensureTable(kit, removed);
  },
  async down(kit) {
    for (const name of KEPT_BY_SLICES) await dropTable(kit, name);
    await dropTable(kit, sourceDays.name);
    if ((await kit.dialect.columnsOf(kit.knex, removed.name)).includes('removed')) await kit.knex.raw('alter table ?? drop column ??', [removed.name, 'removed']);
  },
};
