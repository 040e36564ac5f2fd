import type { RecordIn } from '../../engine/records/record-table.ts';
import { sumsTable } from './sums-table.ts';

/**
 * What ad groups cost, were said to bring, and brought (metrics specification, "Marketing"). Chains whose campaign is the id or
 * name of a campaign count on the row without an ad group, on the day on which they began. Provisional: the platform may still
 * change the day.
 */
export const metricAdDays = sumsTable({
  name: 'metric_ad_days',
  partition: 'day',
  apart: ['platform', 'account', 'campaign_id', 'ad_group_id', 'currency'],
  columns: {
    brand: 'key!', day: 'date!', platform: 'key!', account: 'key!', campaign_id: 'key!', ad_group_id: 'key!', campaign_name: 'text', ad_group_name: 'text', currency: 'currency!',
    spend_micros: 'integer!', impressions: 'integer', clicks: 'integer', claimed_conversions: 'decimal', claimed_value_micros: 'integer',
    hub_orders: 'integer!', hub_revenue: 'integer!', provisional: 'boolean!',
  },
});

/** What a customer of a month cost: by advertising channel, `paid` over those, `blended` over all. Null with its reason. */
export const metricAcquisition = sumsTable({
  name: 'metric_acquisition',
  partition: 'month',
  apart: ['channel', 'currency'],
  columns: { brand: 'key!', month: 'key!', channel: 'key!', currency: 'currency', spend: 'integer', customers_new: 'integer!', cac: 'integer', reason: 'key' },
});

/** What products of a month brought and cost; `sku` is empty for shipping and fees, `-` for lines that name no product. Margin null: no cost is known. */
export const metricProducts = sumsTable({
  name: 'metric_products',
  partition: 'month',
  apart: ['sku', 'currency'],
  columns: {
    brand: 'key!', month: 'key!', sku: 'text!', currency: 'currency!', quantity: 'decimal!', net_sales: 'integer!', covered_sales: 'integer!', cost: 'integer!',
    fulfilment: 'integer!', payment_fees: 'integer!', margin: 'integer',
  },
});

/** What is left of products, and for how long. Units; `velocity` a day, over the last 28 complete days. */
export const metricStock = sumsTable({
  name: 'metric_stock',
  partition: 'sku',
  apart: ['location'],
  columns: {
    brand: 'key!', sku: 'key!', location: 'key!', day: 'date!', on_hand: 'decimal!', available: 'decimal!', reorder_point: 'decimal', velocity: 'decimal!',
    days_left: 'decimal', status: 'key!',
  },
});

/** How spend of a month keeps to its budget, by platform and of all (`*`). Amounts in minor units. */
export const metricPacing = sumsTable({
  name: 'metric_pacing',
  partition: 'month',
  apart: ['platform', 'currency'],
  columns: {
    brand: 'key!', month: 'key!', platform: 'key!', currency: 'currency!', budget: 'integer', spend: 'integer!', days_done: 'integer!', pace: 'decimal', forecast: 'integer!',
  },
});

export type AdDayRecord = RecordIn<typeof metricAdDays>;
export type AcquisitionRecord = RecordIn<typeof metricAcquisition>;
export type ProductRecord = RecordIn<typeof metricProducts>;
export type StockRecord = RecordIn<typeof metricStock>;
export type PacingRecord = RecordIn<typeof metricPacing>;
