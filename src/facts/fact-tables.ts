import type { TableSpec } from '../db/schema.ts';

/**
 * Facts of the world around orders, by the names and keys of the sources specification, "Facts": what stands behind reads these
 * and no raw rows, so it does not matter which source filled them. Who wrote a row is in `source` (a feed, or a platform's API).
 */
const HUBS_OWN = { source: 'key!', batch: 'key!', change_no: 'integer!' } as const;

/** What an ad group did on a day of its account; amounts in micros of the account's currency, only sums are rounded. */
const adPerformance: TableSpec = {
  name: 'ad_performance',
  columns: {
    brand: 'key!', platform: 'key!', account: 'key!', date: 'date!', campaign_id: 'key!', ad_group_id: 'key!',
    campaign_name: 'text', ad_group_name: 'text', zone: 'text', currency: 'currency!',
    spend_micros: 'integer!', impressions: 'integer', clicks: 'integer', claimed_conversions: 'decimal',
    claimed_value_micros: 'integer', attribution: 'text', ...HUBS_OWN,
  },
  primaryKey: ['brand', 'platform', 'account', 'date', 'campaign_id', 'ad_group_id'],
  indexes: [['brand', 'date']],
};

/** What a month may cost, in minor units; no account or campaign: all of them. */
const adBudgets: TableSpec = {
  name: 'ad_budgets',
  columns: { brand: 'key!', platform: 'key!', account: 'key!', campaign_id: 'key!', month: 'date!', currency: 'currency!', amount: 'integer!', ...HUBS_OWN },
  primaryKey: ['brand', 'platform', 'account', 'campaign_id', 'month', 'currency'],
};

/** What a unit costs from a day on, in major units as the source says: fractions of a cent count until a fact is rounded. */
const productCosts: TableSpec = {
  name: 'product_costs',
  columns: { brand: 'key!', sku: 'key!', currency: 'currency!', valid_from: 'date!', unit_cost: 'decimal!', fulfilment_cost: 'decimal', ...HUBS_OWN },
  primaryKey: ['brand', 'sku', 'currency', 'valid_from'],
};

/** What lies at a location on the newest day that is known of it, in units. */
const stockLevels: TableSpec = {
  name: 'stock_levels',
  columns: {
    brand: 'key!', sku: 'key!', location: 'key!', as_of: 'date!', on_hand: 'decimal!', reserved: 'decimal!', available: 'decimal!',
    incoming: 'decimal', incoming_on: 'date', reorder_point: 'decimal', lead_time_days: 'integer', ...HUBS_OWN,
  },
  primaryKey: ['brand', 'sku', 'location'],
};

/** What the carrier charged for an order, in minor units. */
const shippingCosts: TableSpec = {
  name: 'shipping_costs',
  columns: { brand: 'key!', order_id: 'key!', currency: 'currency!', cost: 'integer!', shipped_at: 'date', ...HUBS_OWN },
  primaryKey: ['brand', 'order_id', 'currency'],
};

/** Campaigns and ad groups as of now; a budget in minor units, with the currency only where there is one. */
const adEntities: TableSpec = {
  name: 'ad_entities',
  columns: {
    brand: 'key!', platform: 'key!', account: 'key!', kind: 'key!', id: 'key!', name: 'text', status: 'text', parent_id: 'key',
    currency: 'currency', budget: 'integer', budget_period: 'text', ...HUBS_OWN,
  },
  primaryKey: ['brand', 'platform', 'account', 'kind', 'id'],
};

/** Ad accounts, and up to which day their figures are final. */
const adAccounts: TableSpec = {
  name: 'ad_accounts',
  columns: {
    brand: 'key!', platform: 'key!', account: 'key!', id: 'key!', name: 'text', status: 'text', zone: 'text', currency: 'currency',
    final_until: 'date', ...HUBS_OWN,
  },
  primaryKey: ['brand', 'platform', 'account', 'id'],
};

/** Sessions of a day by where they came from; `id` is that of the raw row, as texts are too long for a key. */
const webSessions: TableSpec = {
  name: 'web_sessions',
  columns: {
    brand: 'key!', account: 'key!', date: 'date!', id: 'key!', zone: 'text', channel_group: 'text!', session_source: 'text!', session_medium: 'text!', session_campaign: 'text!',
    sessions: 'integer!', engaged_sessions: 'integer', key_events: 'decimal', currency: 'currency!', revenue_micros: 'integer',
    sampled: 'boolean!', other_row: 'boolean!', thresholded: 'boolean!', ...HUBS_OWN,
  },
  primaryKey: ['brand', 'account', 'date', 'id'],
  indexes: [['brand', 'date']],
};

export const factTables = { adPerformance, adEntities, adAccounts, webSessions, adBudgets, productCosts, stockLevels, shippingCosts } as const;

/** By which columns a source states facts whole, of those that several sources may tell of: an account's day, a place. */
export const sharedSlices: ReadonlyMap<TableSpec, readonly string[]> = new Map([
  [adPerformance, ['platform', 'account', 'date']],
  [stockLevels, ['sku', 'location']],
]);

/** All of them. */
export const allFactTables: readonly TableSpec[] = Object.values(factTables);
