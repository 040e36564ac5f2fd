import type { RecordIn } from '../../engine/records/record-table.ts';
import { sumsTable } from './sums-table.ts';

/** Recurring revenue at the end of each day, and what moved it (metrics, "Movements"). `churn_replaced` is part of churn. */
export const metricMrrDays = sumsTable({
  name: 'metric_mrr_days',
  partition: 'day',
  apart: ['currency'],
  columns: {
    brand: 'key!', day: 'date!', currency: 'currency!', mrr: 'integer!', new: 'integer!', expansion: 'integer!', contraction: 'integer!', churn: 'integer!',
    reactivation: 'integer!', customers: 'integer!', customers_new: 'integer!', customers_churned: 'integer!', churn_replaced: 'integer!',
  },
});

/** Active subscriptions at the end of each day; `*` for all markets and all classes. Persons are distinct, in the row of all. */
export const metricActiveDays = sumsTable({
  name: 'metric_active_days',
  partition: 'day',
  apart: ['market', 'class'],
  columns: { brand: 'key!', day: 'date!', market: 'text', class: 'key', subscriptions: 'integer!', persons: 'integer' },
});

/** Revenue by day, signed, without tax; `orders`: those with a sale on that day, which do not add up over categories. */
export const metricRevenueDays = sumsTable({
  name: 'metric_revenue_days',
  partition: 'day',
  apart: ['market', 'currency', 'customer_type', 'category'],
  columns: {
    brand: 'key!', day: 'date!', market: 'text', currency: 'currency!', customer_type: 'key!', category: 'key', gross_sales: 'integer!', discounts: 'integer!',
    tax: 'integer!', credits: 'integer!', refunds: 'integer!', net_revenue: 'integer!', orders: 'integer!',
  },
});

/** Who bought in a day, a week (its Monday) and a month (its first day), and orders placed then. */
export const metricCustomerPeriods = sumsTable({
  name: 'metric_customer_periods',
  partition: 'period',
  apart: ['grain'],
  columns: {
    brand: 'key!', period: 'date!', grain: 'key!', customers_new: 'integer!', customers_existing: 'integer!', orders_new: 'integer!', orders_existing: 'integer!',
  },
});

/** Complete cells of cohorts (metrics, "Cohorts"): `amount` of ltv and mrr, `count` of purchases and logo. */
export const metricCohorts = sumsTable({
  name: 'metric_cohorts',
  partition: 'cohort',
  apart: ['measure', 'dimension', 'value', 'currency', 'age'],
  columns: {
    brand: 'key!', cohort: 'key!', measure: 'key!', dimension: 'key!', value: 'text', currency: 'currency!', age: 'integer!', members: 'integer!',
    other_currency: 'integer', amount: 'integer', count: 'integer',
  },
});

/** What chains brought in that began in a month with a coupon or a campaign; windows count chains that are that old. */
export const metricCampaigns = sumsTable({
  name: 'metric_campaigns',
  partition: 'month',
  apart: ['kind', 'code', 'customer_type', 'currency'],
  columns: {
    brand: 'key!', month: 'key!', kind: 'key!', code: 'text!', customer_type: 'key!', currency: 'currency!', chains: 'integer!', customers: 'integer!',
    discount: 'integer!', net_30: 'integer', chains_30: 'integer!', net_90: 'integer', chains_90: 'integer!', net_365: 'integer', chains_365: 'integer!',
    net_to_date: 'integer!', spend: 'integer',
  },
});

export type MrrDayRecord = RecordIn<typeof metricMrrDays>;
export type ActiveDayRecord = RecordIn<typeof metricActiveDays>;
export type RevenueDayRecord = RecordIn<typeof metricRevenueDays>;
export type CustomerPeriodRecord = RecordIn<typeof metricCustomerPeriods>;
export type CohortRecord = RecordIn<typeof metricCohorts>;
export type CampaignRecord = RecordIn<typeof metricCampaigns>;
