import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The sums of marketing and goods as they were made first. */
const tables: readonly TableSpec[] = [
  { name: 'fact_changes', columns: { brand: 'key!', fact: 'key!', period: 'key!' }, primaryKey: ['brand', 'fact', 'period'] },
  {
    name: 'metric_ad_days',
    columns: {
      brand: 'key!', day: 'date!', platform: 'key!', account: 'key!', campaign_id: 'key!', ad_group_id: 'key!',
      campaign_name: 'text', ad_group_name: 'text', currency: 'currency!', spend_micros: 'integer!',
      impressions: 'integer!', clicks: 'integer!', claimed_conversions: 'decimal', claimed_value_micros: 'integer',
      hub_orders: 'integer!', hub_revenue: 'integer!', provisional: 'boolean!', row_id: 'key!', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'day', 'row_id'],
  },
  {
    name: 'metric_acquisition',
    columns: {
      brand: 'key!', month: 'key!', channel: 'key!', currency: 'currency', spend: 'integer', customers_new: 'integer!',
      cac: 'integer', reason: 'key', row_id: 'key!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'month', 'row_id'],
  },
  {
    name: 'metric_products',
    columns: {
      brand: 'key!', month: 'key!', sku: 'text!', currency: 'currency!', quantity: 'decimal!', net_sales: 'integer!',
      covered_sales: 'integer!', cost: 'integer!', fulfilment: 'integer!', payment_fees: 'integer!', margin: 'integer',
      row_id: 'key!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'month', 'row_id'],
  },
  {
    name: 'metric_stock',
    columns: {
      brand: 'key!', sku: 'key!', location: 'key!', day: 'date!', on_hand: 'decimal!', available: 'decimal!',
      reorder_point: 'decimal', velocity: 'decimal!', days_left: 'decimal', status: 'key!', row_id: 'key!',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'sku', 'row_id'],
  },
  {
    name: 'metric_pacing',
    columns: {
      brand: 'key!', month: 'key!', platform: 'key!', currency: 'currency!', budget: 'integer', spend: 'integer!',
      days_done: 'integer!', pace: 'decimal', forecast: 'integer!', row_id: 'key!', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'month', 'row_id'],
  },
];

/** What marketing costs and brings, margins, stock (metrics specification, "Tables"). */
export const marketing: Migration = {
  name: '0042_marketing',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
