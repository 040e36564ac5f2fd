import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The tables of revenue, customers and cohorts as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'revenue_facts',
    columns: {
      brand: 'key!', account_id: 'key!', source: 'key!', source_id: 'key!', part: 'key!', fact_date: 'date!',
      kind: 'key!', person_id: 'key!', market: 'text', currency: 'currency!', invoice_id: 'key', line_id: 'key',
      refund_id: 'key', order_id: 'key', item_id: 'key', chain_id: 'key', chain_start: 'date', sku: 'text',
      category: 'key', coupon_code: 'text', campaign: 'text', customer_type: 'key!', quantity: 'decimal',
      amount: 'integer!', tax: 'integer!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source', 'source_id', 'part'],
    indexes: [['brand', 'fact_date'], ['person_id'], ['brand', 'chain_start']],
  },
  {
    name: 'metric_customers',
    columns: {
      brand: 'key!', person_id: 'key!', acquired_on: 'date', invoice_id: 'key', currency: 'currency', market: 'text',
      first_sku: 'text', first_class: 'key', campaign: 'text', coupon_code: 'text', first_mrr_on: 'date',
      invoices: 'integer!', last_invoice_on: 'date', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id'],
    indexes: [['brand', 'acquired_on']],
  },
  {
    name: 'metric_mrr_days',
    columns: {
      brand: 'key!', day: 'date!', currency: 'currency!', mrr: 'integer!', new: 'integer!', expansion: 'integer!',
      contraction: 'integer!', churn: 'integer!', reactivation: 'integer!', customers: 'integer!',
      customers_new: 'integer!', customers_churned: 'integer!', churn_replaced: 'integer!', row_id: 'key!',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'day', 'row_id'],
  },
  {
    name: 'metric_active_days',
    columns: {
      brand: 'key!', day: 'date!', market: 'text', class: 'key', subscriptions: 'integer!', persons: 'integer',
      row_id: 'key!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'day', 'row_id'],
  },
  {
    name: 'metric_revenue_days',
    columns: {
      brand: 'key!', day: 'date!', market: 'text', currency: 'currency!', customer_type: 'key!', category: 'key',
      gross_sales: 'integer!', discounts: 'integer!', tax: 'integer!', credits: 'integer!', refunds: 'integer!',
      net_revenue: 'integer!', orders: 'integer!', row_id: 'key!', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'day', 'row_id'],
  },
  {
    name: 'metric_customer_periods',
    columns: {
      brand: 'key!', period: 'date!', grain: 'key!', customers_new: 'integer!', customers_existing: 'integer!',
      orders_new: 'integer!', orders_existing: 'integer!', row_id: 'key!', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'period', 'row_id'],
  },
  {
    name: 'metric_cohorts',
    columns: {
      brand: 'key!', cohort: 'key!', measure: 'key!', dimension: 'key!', value: 'text', currency: 'currency!',
      age: 'integer!', members: 'integer!', other_currency: 'integer', amount: 'integer', count: 'integer',
      row_id: 'key!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'cohort', 'row_id'],
  },
  {
    name: 'metric_campaigns',
    columns: {
      brand: 'key!', month: 'key!', kind: 'key!', code: 'text!', customer_type: 'key!', currency: 'currency!',
      chains: 'integer!', customers: 'integer!', discount: 'integer!', net_30: 'integer', chains_30: 'integer!',
      net_90: 'integer', chains_90: 'integer!', net_365: 'integer', chains_365: 'integer!', net_to_date: 'integer!',
      row_id: 'key!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'month', 'row_id'],
  },
];

/** What persons brought in, whom they became customers of, and the sums over them (metrics, "Tables"). */
export const revenue: Migration = {
  name: '0026_revenue',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
