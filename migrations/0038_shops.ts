import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The facts of shops and payments as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'shop_orders',
    columns: {
      brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', order_id: 'key!', order_name: 'text',
      person_id: 'key', customer_id: 'key', ordered_at: 'instant!', ordered_on: 'date!', cancelled_at: 'instant',
      currency: 'currency!', country: 'text', subtotal: 'integer', discount: 'integer', shipping: 'integer',
      tax: 'integer', total: 'integer!', refunded: 'integer', financial_status: 'text', fulfillment_status: 'text',
      is_test: 'boolean!', billing_order_id: 'key', first_source: 'text', first_utm_source: 'text',
      first_utm_medium: 'text', first_utm_campaign: 'text', first_referrer_host: 'text', last_source: 'text',
      last_utm_source: 'text', last_utm_medium: 'text', last_utm_campaign: 'text', last_referrer_host: 'text',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
    indexes: [['person_id'], ['brand', 'ordered_on'], ['brand', 'account', 'order_id']],
  },
  {
    name: 'shop_sales',
    columns: {
      brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', sale_id: 'key!', order_id: 'key!',
      happened_at: 'instant!', happened_on: 'date!', kind: 'key!', line_type: 'text', sku: 'text',
      quantity: 'integer', currency: 'currency!', net: 'integer!', tax: 'integer!', discount: 'integer!',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
    indexes: [['brand', 'happened_on'], ['brand', 'account', 'order_id']],
  },
  {
    name: 'payment_movements',
    columns: {
      brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', movement_id: 'key!', category: 'text!',
      currency: 'currency!', gross: 'integer!', fee: 'integer!', net: 'integer!', created_at: 'instant!',
      available_on: 'date', source: 'key', payout: 'key', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
    indexes: [['brand', 'payout']],
  },
  {
    name: 'payouts',
    columns: {
      brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', payout_id: 'key!', currency: 'currency!',
      amount: 'integer!', status: 'text', created_at: 'instant!', arrives_on: 'date', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
  },
];

/** Orders and sales of shops, movements and payouts of payment platforms (sources specification, "Facts"). */
export const shops: Migration = {
  name: '0038_shops',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
