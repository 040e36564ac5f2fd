import { integrationKinds, integrationStates } from '../health/integration.ts';
import { metricActiveDays, metricMrrDays, metricRevenueDays } from '../metrics/records/aggregate-tables.ts';
import { metricAcquisition, metricAdDays, metricPacing, metricProducts, metricStock } from '../metrics/records/marketing-tables.ts';

/** A table that rules can watch. */
export interface WatchedTable {
  readonly name: string;
  /** What its rows are of: days, months, or the state as it is. */
  readonly period: 'day' | 'month' | 'none';
  readonly columns: Readonly<Record<string, string>>;
  /** Columns with amounts: minor units of the row's currency, or micros where the name says so. */
  readonly money: ReadonlySet<string>;
  /** Columns whose values are signed. */
  readonly signed: ReadonlySet<string>;
  /** The feed that it rests on. */
  readonly feed: 'billing' | 'ads' | 'inventory' | 'health';
  /** True: rows that are of no brand (`*`) stand beside those of brands, and are watched unless a rule names brands. */
  readonly hasGroupRows?: true;
  /** Columns with a row of all beside those of each (`*`, `blended`): a sum over both would count twice. */
  readonly totals?: readonly string[];
  /** All values that a column can have, where they are few. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const ADMINISTRATIVE = new Set(['row_id', 'checksum', 'created_run', 'updated_at', 'change_no']);
const STATUSES = ['ok', 'reorder', 'out', 'stale', 'unknown'];

/** Every table that a rule can name (metrics specification, "Tables"). */
export const watchedTables: ReadonlyMap<string, WatchedTable> = new Map(
  [
    table(metricMrrDays, 'day', 'billing', 'mrr new expansion contraction churn reactivation churn_replaced', 'contraction churn churn_replaced'),
    { ...table(metricActiveDays, 'day', 'billing', '', ''), totals: ['market', 'class'] },
    table(metricRevenueDays, 'day', 'billing', 'gross_sales discounts tax credits refunds net_revenue', 'gross_sales discounts tax credits refunds net_revenue'),
    table(metricAdDays, 'day', 'ads', 'spend_micros claimed_value_micros hub_revenue', 'hub_revenue'),
    { ...table(metricAcquisition, 'month', 'ads', 'spend cac', ''), totals: ['channel'] },
    table(metricProducts, 'month', 'billing', 'net_sales covered_sales cost fulfilment payment_fees margin', 'quantity net_sales covered_sales margin'),
    { ...table(metricPacing, 'month', 'ads', 'budget spend forecast', ''), totals: ['platform'] },
    { ...table(metricStock, 'none', 'inventory', '', 'on_hand available days_left'), values: { status: STATUSES } },
    // Customers by the day on which they were acquired, counted as they are read.
    {
      ...{ name: 'metric_customers', period: 'day', feed: 'billing', money: new Set<string>(), signed: new Set<string>() },
      columns: { brand: 'key!', day: 'date!', channel: 'key', market: 'text', customers: 'integer!' },
    } satisfies WatchedTable,
    // The newest check of hub health; `minutes`: so long the integration has been in its state.
    {
      ...{ name: 'integration_health', period: 'none', feed: 'health', hasGroupRows: true, money: new Set<string>(), signed: new Set<string>() },
      columns: { brand: 'key!', integration: 'key!', kind: 'key!', state: 'key!', minutes: 'integer!', attempts: 'integer!', failures: 'integer!', p95_ms: 'integer', dead: 'integer!' },
      values: { state: integrationStates, kind: integrationKinds },
    } satisfies WatchedTable,
  ].map((each) => [each.name, each]),
);

/** True if a column can be summed and compared. */
export function isMeasure({ columns }: WatchedTable, column: string): boolean {
  return /^(integer|decimal)/.test(columns[column] ?? '');
}

function table({ name, columns }: { readonly name: string; readonly columns: Readonly<Record<string, string>> }, period: WatchedTable['period'], feed: WatchedTable['feed'], money: string, signed: string): WatchedTable {
  const shown = Object.entries(columns).filter(([column]) => !ADMINISTRATIVE.has(column));
  return { name, period, feed, columns: Object.fromEntries(shown), money: new Set(money.split(' ')), signed: new Set(signed.split(' ')) };
}
