import type { TableSpec } from '../../db/schema.ts';
import { recordTable, type RecordIn } from '../../engine/records/record-table.ts';

/**
 * Orders of shops (sources specification, "Facts"): amounts in the minor unit of ISO 4217, `ordered_on` the day in the shop's
 * zone. `buyer_id`: the person, or one that the order alone has, as of an order without an address. `billing_order_id`: the one order of billing that carries its name or id as reference; its revenue is counted there.
 */
export const shopOrders = recordTable({
  name: 'shop_orders',
  auditName: 'shop.order',
  keys: ['source_id'],
  idColumn: 'source_id',
  ownerColumn: 'person_id',
  columns: {
    ...{ brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', order_id: 'key!', order_name: 'text', person_id: 'key', buyer_id: 'key', customer_id: 'key' },
    ...{ ordered_at: 'instant!', ordered_on: 'date!', cancelled_at: 'instant', currency: 'currency!', country: 'text' },
    ...{ subtotal: 'integer', discount: 'integer', shipping: 'integer', tax: 'integer', total: 'integer!', refunded: 'integer' },
    ...{ financial_status: 'text', fulfillment_status: 'text', is_test: 'boolean!', billing_order_id: 'key' },
    ...{ first_source: 'text', first_utm_source: 'text', first_utm_medium: 'text', first_utm_campaign: 'text', first_referrer_host: 'text' },
    ...{ last_source: 'text', last_utm_source: 'text', last_utm_medium: 'text', last_utm_campaign: 'text', last_referrer_host: 'text' },
  },
  indexes: [['person_id'], ['brand', 'ordered_on'], ['brand', 'order_name'], ['buyer_id']],
});

/** What was sold, returned and edited, and when; quantity and amounts have their sign, `net` is without tax. `order_key`: the order's `source_id`. */
export const shopSales = recordTable({
  name: 'shop_sales',
  auditName: 'shop.sale',
  keys: ['source_id'],
  idColumn: 'source_id',
  columns: {
    ...{ brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', sale_id: 'key!', order_id: 'key!', order_key: 'key', happened_at: 'instant!', happened_on: 'date!' },
    ...{ kind: 'key!', line_type: 'text', line_id: 'key', sku: 'text', quantity: 'integer', currency: 'currency!', net: 'integer!', tax: 'integer!', discount: 'integer!' },
  },
  indexes: [['brand', 'happened_on'], ['brand', 'order_key']],
});

/** Movements of payment platforms' balances. */
export const paymentMovements = recordTable({
  name: 'payment_movements',
  auditName: 'shop.payment_movement',
  keys: ['source_id'],
  idColumn: 'source_id',
  columns: {
    ...{ brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', movement_id: 'key!', category: 'text!', currency: 'currency!' },
    ...{ gross: 'integer!', fee: 'integer!', net: 'integer!', created_at: 'instant!', available_on: 'date', source: 'key', payout: 'key' },
  },
  indexes: [['brand', 'payout']],
});

/** Money that payment platforms paid out. */
export const payouts = recordTable({
  name: 'payouts',
  auditName: 'shop.payout',
  keys: ['source_id'],
  idColumn: 'source_id',
  columns: {
    ...{ brand: 'key!', source_id: 'key!', platform: 'key!', account: 'key!', payout_id: 'key!', currency: 'currency!', amount: 'integer!' },
    ...{ status: 'text', created_at: 'instant!', arrives_on: 'date' },
  },
});

/** Whose orders or sales of shops changed, by the change number of the run: whom build-metrics takes up. */
export const shopChanges: TableSpec = { name: 'shop_changes', columns: { change_no: 'integer!', person_id: 'key!' }, primaryKey: ['change_no', 'person_id'] };

export type ShopOrderRecord = RecordIn<typeof shopOrders>;
export type ShopSaleRecord = RecordIn<typeof shopSales>;
export type PaymentMovementRecord = RecordIn<typeof paymentMovements>;
export type PayoutRecord = RecordIn<typeof payouts>;
