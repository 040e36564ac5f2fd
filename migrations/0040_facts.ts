import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The facts of marketing and goods as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'ad_performance',
    columns: {
      brand: 'key!', platform: 'key!', account: 'key!', date: 'date!', campaign_id: 'key!', ad_group_id: 'key!',
      campaign_name: 'text', ad_group_name: 'text', zone: 'text', currency: 'currency!', spend_micros: 'integer!',
      impressions: 'integer', clicks: 'integer', claimed_conversions: 'decimal', claimed_value_micros: 'integer',
      attribution: 'text', source: 'key!', batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'platform', 'account', 'date', 'campaign_id', 'ad_group_id'],
    indexes: [['brand', 'date']],
  },
  {
    name: 'ad_budgets',
    columns: {
      brand: 'key!', platform: 'key!', account: 'key!', campaign_id: 'key!', month: 'date!', currency: 'currency!',
      amount: 'integer!', source: 'key!', batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'platform', 'account', 'campaign_id', 'month', 'currency'],
  },
  {
    name: 'product_costs',
    columns: {
      brand: 'key!', sku: 'key!', currency: 'currency!', valid_from: 'date!', unit_cost: 'decimal!',
      fulfilment_cost: 'decimal', source: 'key!', batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'sku', 'currency', 'valid_from'],
  },
  {
    name: 'stock_levels',
    columns: {
      brand: 'key!', sku: 'key!', location: 'key!', as_of: 'date!', on_hand: 'decimal!', reserved: 'decimal!',
      available: 'decimal!', incoming: 'decimal', incoming_on: 'date', reorder_point: 'decimal',
      lead_time_days: 'integer', source: 'key!', batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'sku', 'location'],
  },
  {
    name: 'shipping_costs',
    columns: {
      brand: 'key!', order_id: 'key!', currency: 'currency!', cost: 'integer!', shipped_at: 'date', source: 'key!',
      batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'order_id', 'currency'],
  },
];

/** Facts of the world around orders (sources specification, "Facts"). */
export const facts: Migration = {
  name: '0040_facts',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
