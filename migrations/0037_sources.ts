import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const sourceChanges: TableSpec = {
  name: 'source_changes',
  columns: { brand: 'key!', change_no: 'integer!', source: 'key!', entity: 'key!', entity_id: 'key!' },
  primaryKey: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
};

/** The raw tables that contracts of streams bring. */
const STREAMS = [
  ...['raw_stripe_balance_transactions', 'raw_stripe_charges', 'raw_stripe_customers', 'raw_stripe_disputes', 'raw_stripe_events'],
  ...['raw_stripe_payout_movements', 'raw_stripe_payouts', 'raw_stripe_refunds', 'raw_shopify_customers', 'raw_shopify_order_agreements'],
  ...['raw_shopify_order_lines', 'raw_shopify_order_sales', 'raw_shopify_orders', 'raw_shopify_shop', 'raw_shopify_stock', 'raw_shopify_variants'],
  'raw_records',
];

/** Whose rows of platforms' streams changed; the raw tables of the streams come with their contracts (`ensureRawTables`). */
export const sources: Migration = {
  name: '0037_sources',
  async up(kit) {
    await createTable(kit, sourceChanges);
  },
  async down(kit) {
    for (const name of [...STREAMS, sourceChanges.name]) await dropTable(kit, name);
  },
};
