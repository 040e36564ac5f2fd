import type { Severity } from '../relays/notices/notice.ts';
import type { WatchedTable } from './metric-tables.ts';

/** A row of a watched table; `period` is its day or month, empty for a state. */
export type MetricRow = Readonly<Record<string, string | number | null>>;

/** What values of a column rows must have: one of these, or none of these. */
export interface Condition {
  readonly column: string;
  readonly values: readonly (string | number | null)[];
  readonly isNot: boolean;
}

/** A column, summed over the rows that a condition allows. */
export interface Operand {
  readonly column: string;
  readonly where: readonly Condition[];
}

/** Periods that are summed: all are complete. `latest`: the newest day, the current month, the state as it is. */
export type Over = 'latest' | 'day' | 'week' | '7d';

/** What a value is held against. */
export type Threshold = { readonly number: number } | { readonly minor: number; readonly currency: string } | { readonly column: string };

export type When =
  | { readonly kind: 'above' | 'below' | 'at_least' | 'at_most'; readonly threshold: Threshold }
  /** A change in percent of what it was. */
  | { readonly kind: 'percent_below' | 'percent_above'; readonly against: 'previous' | 'same_weekday_median_4'; readonly percent: number };

/** Rows of an example, relative to the date of the check: `day` is so many days before it. */
export interface RuleExample {
  readonly rows: readonly MetricRow[];
}

/** A rule of alerts.yaml, checked. */
export interface AlertRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly table: WatchedTable;
  readonly measure: Operand;
  /** Of a ratio. */
  readonly base: Operand | undefined;
  readonly where: readonly Condition[];
  /** Columns that tell subjects apart; of money the currency is among them. */
  readonly per: readonly string[];
  readonly over: Over;
  readonly when: When;
  /** Below it nothing is judged: in units of the base, of money in major units. */
  readonly minBase: number | undefined;
  readonly cooldownMs: number;
  readonly tellsResolved: boolean;
  readonly brands: readonly string[] | undefined;
  readonly examples: { readonly fires: RuleExample; readonly stays: RuleExample } | undefined;
}
