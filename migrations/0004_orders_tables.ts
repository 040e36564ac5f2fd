import type { TableSpec } from '../src/db/schema.ts';

/** The tables of orders as they were made first. */
export const orderTables: readonly TableSpec[] = [
  {
    name: 'persons',
    columns: {
      person_id: 'key!', public_id: 'key!', email_sha256: 'key', email_md5: 'key', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['person_id'],
  },
  {
    name: 'customer_accounts',
    columns: {
      brand: 'key!', person_id: 'key!', customer_account_id: 'key!', currency: 'currency!', public_id: 'key!',
      market: 'text', country: 'text', billing_accounts: 'json!', invoiced: 'integer!', credited: 'integer!',
      paid: 'integer!', refunded: 'integer!', balance: 'integer!', outstanding: 'integer!', unallocated: 'integer!',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id', 'customer_account_id', 'currency'],
    indexes: [['public_id']],
  },
  {
    name: 'orders',
    columns: {
      brand: 'key!', account_id: 'key!', order_id: 'key!', public_id: 'key!', person_id: 'key!',
      customer_account_id: 'key!', order_reference: 'text', market: 'text', currency: 'currency!', ordered_at: 'date',
      status: 'key!', is_new_customer: 'boolean!', invoiced: 'integer!', credited: 'integer!', paid: 'integer!',
      refunded: 'integer!', balance: 'integer!', outstanding: 'integer!', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'order_id'],
    indexes: [['person_id'], ['public_id']],
  },
  {
    name: 'order_items',
    columns: {
      brand: 'key!', account_id: 'key!', order_id: 'key!', item_id: 'key!', public_id: 'key!', person_id: 'key!',
      chain_id: 'key!', subscription_id: 'key', subscription_name: 'text', product_rate_plan_id: 'key', product_id: 'key',
      sku: 'text', product_name: 'text', plan_name: 'text', funnel_step: 'key!', category: 'key!', class: 'key',
      lifecycle: 'key', is_active: 'boolean!', is_current: 'boolean!', quantity: 'decimal', unit_price: 'integer',
      started_at: 'date', ended_at: 'date', currency: 'currency!', invoiced: 'integer!', credited: 'integer!',
      paid: 'integer!', refunded: 'integer!', balance: 'integer!', outstanding: 'integer!', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'order_id', 'item_id'],
  },
  {
    name: 'credit_notes',
    columns: {
      brand: 'key!', account_id: 'key!', refund_id: 'key!', public_id: 'key!', person_id: 'key!', kind: 'key!',
      refund_date: 'date', currency: 'currency!', amount: 'integer!', credited: 'integer!', unallocated: 'integer!',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'refund_id'],
    indexes: [['person_id']],
  },
  {
    name: 'credit_note_items',
    columns: {
      brand: 'key!', account_id: 'key!', refund_id: 'key!', item_no: 'integer!', invoice_id: 'key', invoice_line_id: 'key',
      currency: 'currency!', amount: 'integer!', method: 'key!', confidence: 'key!', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'refund_id', 'item_no'],
  },
  {
    name: 'order_documents',
    columns: {
      brand: 'key!', account_id: 'key!', order_id: 'key!', version: 'integer!', public_id: 'key!', doc_checksum: 'hash!',
      doc: 'longtext', created_run: 'key!', created_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'order_id', 'version'],
  },
  {
    name: 'enriched_product_changes',
    columns: { change_no: 'integer!', brand: 'key!', product_charge_id: 'key!' },
    primaryKey: ['change_no', 'brand', 'product_charge_id'],
  },
  {
    name: 'order_changes',
    columns: { change_no: 'integer!', person_id: 'key!' },
    primaryKey: ['change_no', 'person_id'],
  },
  {
    name: 'order_queue',
    columns: { run_id: 'key!', leader: 'key!', person_id: 'key!' },
    primaryKey: ['run_id', 'leader', 'person_id'],
  },
  {
    name: 'person_locks',
    columns: { person_id: 'key!' },
    primaryKey: ['person_id'],
  },
];
