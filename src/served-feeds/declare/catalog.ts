import type { ColumnType } from './column-types.ts';

/** A table that feeds may read: those of its columns that may leave hub, and what tells its rows apart. */
export interface CatalogTable {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Columns that leave only with `hashes: true`: they say nothing of a person, and tell one from another. */
  readonly hashes: readonly string[];
  /** Columns that together are different in each row, empty ones counting as a value; a key of a feed has one of these sets in it. */
  readonly unique: readonly (readonly string[])[];
}

export type Catalog = Readonly<Record<string, CatalogTable>>;

const TOTALS = { invoiced: 'money', credited: 'money', paid: 'money', refunded: 'money', balance: 'money', outstanding: 'money' } as const;

/** A table of columns without hashes. */
function table(unique: readonly string[], columns: Readonly<Record<string, ColumnType>>, hashes: readonly string[] = []): CatalogTable {
  return { columns: { brand: 'text', ...columns }, hashes, unique: [unique] };
}

/**
 * Everything that can leave hub by a feed. A column that does not stand here cannot be declared: personal data, ids of the
 * billing platform and of hub itself. Every table has the brand, as keys are bound to brands.
 */
export const catalog: Catalog = {
  orders: table(['public_id'], { public_id: 'text', order_reference: 'text', market: 'text', currency: 'text', ordered_at: 'date', status: 'text', is_new_customer: 'boolean', ...TOTALS }),
  order_items: table(['public_id'], {
    ...{ public_id: 'text', subscription_name: 'text', sku: 'text', product_name: 'text', plan_name: 'text', funnel_step: 'text', category: 'text', class: 'text', lifecycle: 'text' },
    ...{ is_active: 'boolean', is_current: 'boolean', quantity: 'decimal', unit_price: 'money', started_at: 'date', ended_at: 'date', currency: 'text', ...TOTALS },
  }),
  customer_accounts: table(['public_id', 'currency'], { public_id: 'text', market: 'text', country: 'text', currency: 'text', ...TOTALS, unallocated: 'money' }),
  credit_notes: table(['public_id'], { public_id: 'text', kind: 'text', refund_date: 'date', currency: 'text', amount: 'money', credited: 'money', unallocated: 'money' }),
  leads: table(
    ['lead_id'],
    {
      ...{ lead_id: 'text', email_sha256: 'text', email_md5: 'text', received_at: 'instant', form: 'text', partner: 'text', method: 'text', rule: 'text', state: 'text' },
      ...{ is_crawler: 'boolean', outcome: 'text', outcome_reason: 'text', country: 'text', utm_source: 'text', utm_medium: 'text', utm_campaign: 'text' },
    },
    ['email_sha256', 'email_md5'],
  ),
  metric_mrr_days: table(['brand', 'day', 'currency'], {
    ...{ day: 'date', currency: 'text', mrr: 'money', new: 'money', expansion: 'money', contraction: 'money', churn: 'money', reactivation: 'money', churn_replaced: 'money' },
    ...{ customers: 'integer', customers_new: 'integer', customers_churned: 'integer' },
  }),
  metric_active_days: table(['brand', 'day', 'market', 'class'], { day: 'date', market: 'text', class: 'text', subscriptions: 'integer', persons: 'integer' }),
  metric_revenue_days: table(['brand', 'day', 'market', 'currency', 'customer_type', 'category'], {
    ...{ day: 'date', market: 'text', currency: 'text', customer_type: 'text', category: 'text', gross_sales: 'money', discounts: 'money', tax: 'money' },
    ...{ credits: 'money', refunds: 'money', net_revenue: 'money', orders: 'integer' },
  }),
  metric_customer_periods: table(['brand', 'period', 'grain'], { period: 'date', grain: 'text', customers_new: 'integer', customers_existing: 'integer', orders_new: 'integer', orders_existing: 'integer' }),
  metric_cohorts: table(['brand', 'cohort', 'measure', 'dimension', 'value', 'currency', 'age'], {
    ...{ cohort: 'text', measure: 'text', dimension: 'text', value: 'text', currency: 'text', age: 'integer', members: 'integer', other_currency: 'integer', amount: 'money', count: 'integer' },
  }),
  metric_campaigns: table(['brand', 'month', 'kind', 'code', 'customer_type', 'currency'], {
    ...{ month: 'text', kind: 'text', code: 'text', customer_type: 'text', currency: 'text', chains: 'integer', customers: 'integer', discount: 'money', net_30: 'money' },
    ...{ chains_30: 'integer', net_90: 'money', chains_90: 'integer', net_365: 'money', chains_365: 'integer', net_to_date: 'money', spend: 'money' },
  }),
  metric_acquisition: table(['brand', 'month', 'channel', 'currency'], { month: 'text', channel: 'text', currency: 'text', spend: 'money', customers_new: 'integer', cac: 'money', reason: 'text' }),
  metric_products: table(['brand', 'month', 'sku', 'currency'], {
    ...{ month: 'text', sku: 'text', currency: 'text', quantity: 'decimal', net_sales: 'money', covered_sales: 'money', cost: 'money', fulfilment: 'money', payment_fees: 'money', margin: 'money' },
  }),
  metric_ad_days: table(['brand', 'day', 'platform', 'account', 'campaign_id', 'ad_group_id', 'currency'], {
    ...{ day: 'date', platform: 'text', account: 'text', campaign_id: 'text', ad_group_id: 'text', campaign_name: 'text', ad_group_name: 'text', currency: 'text' },
    ...{ impressions: 'integer', clicks: 'integer', claimed_conversions: 'decimal', hub_orders: 'integer', hub_revenue: 'money', provisional: 'boolean' },
  }),
  metric_stock: table(['brand', 'sku', 'location'], {
    ...{ sku: 'text', location: 'text', day: 'date', on_hand: 'decimal', available: 'decimal', reorder_point: 'decimal', velocity: 'decimal', days_left: 'decimal', status: 'text' },
  }),
  metric_pacing: table(['brand', 'month', 'platform', 'currency'], { month: 'text', platform: 'text', currency: 'text', budget: 'money', spend: 'money', days_done: 'integer', pace: 'decimal', forecast: 'money' }),
  shop_sales: table(['brand', 'platform', 'account', 'sale_id'], {
    ...{ platform: 'text', account: 'text', sale_id: 'text', happened_at: 'instant', happened_on: 'date', kind: 'text', line_type: 'text', sku: 'text', quantity: 'integer' },
    ...{ currency: 'text', net: 'money', tax: 'money', discount: 'money' },
  }),
  payouts: table(['brand', 'platform', 'account', 'payout_id'], { platform: 'text', account: 'text', payout_id: 'text', currency: 'text', amount: 'money', status: 'text', created_at: 'instant', arrives_on: 'date' }),
};
