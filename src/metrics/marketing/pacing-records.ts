import { groupBy } from '../../core/group-by.ts';
import { fraction, roundHalfEven, type Fraction } from '../../core/fraction.ts';
import { rounded } from '../../core/rounded.ts';
import { addDays, daysBetween, type LocalDate } from '../../core/time.ts';
import { daysOfMonth } from '../aggregates/calendar.ts';
import { metricPacing, type PacingRecord } from '../records/marketing-tables.ts';
import { majorOfMicros, minorOf } from '../records/rates.ts';
import { pacing } from './pacing.ts';

/** What a platform cost on a day, in micros. */
export interface SpendDay {
  readonly platform: string;
  readonly currency: string;
  readonly day: LocalDate;
  readonly micros: number;
}

/** What a month may cost on a platform, in minor units, all accounts and campaigns together. */
export interface Budget {
  readonly platform: string;
  readonly currency: string;
  readonly amount: number;
}

/** All platforms together. */
const ALL_PLATFORMS = '*';
/** The days that a forecast goes on like. */
export const FORECAST_DAYS = 7;
const PLACES = 4;

/**
 * Pace and forecast of a month, by platform and of all, in each currency (metrics specification, "Pacing"). The day `asOf` is not
 * complete, so it does not count.
 * @param spend of the month and the days before it that a forecast needs
 */
export function pacingRecords(brand: string, month: string, asOf: LocalDate, spend: readonly SpendDay[], budgets: readonly Budget[]): PacingRecord[] {
  const complete = spend.filter(({ day }) => day < asOf);
  const scopes = [...groupBy([...complete, ...budgets].flatMap((one) => [one.platform, ALL_PLATFORMS].map((platform) => ({ platform, currency: one.currency }))), ({ platform, currency }) => `${platform}\t${currency}`).values()];
  return scopes.flatMap(([scope]) => {
    if (scope === undefined) return [];
    const isOwn = (one: { readonly platform: string; readonly currency: string }): boolean => one.currency === scope.currency && (scope.platform === ALL_PLATFORMS || one.platform === scope.platform);
    return recordOf(brand, month, scope, complete.filter(isOwn), budgets.filter(isOwn)) ?? [];
  });
}

function recordOf(brand: string, month: string, { platform, currency }: { readonly platform: string; readonly currency: string }, spend: readonly SpendDay[], budgets: readonly Budget[]): PacingRecord | undefined {
  const { from, to } = daysOfMonth(month);
  const ofMonth = spend.filter(({ day }) => day >= from && day < to);
  if (ofMonth.length === 0 && budgets.length === 0) return undefined;
  const days = spend.filter(({ day }) => day < to).map(({ day }) => day).sort();
  const newest = days.at(-1);
  const isBefore = newest === undefined || newest < from;
  const lastFrom = newest === undefined ? from : addDays(newest, 1 - FORECAST_DAYS);
  const last = isBefore ? [] : spend.filter(({ day }) => day >= lastFrom && day < to);
  const first = days[0] ?? from;
  const daysDone = isBefore ? 0 : daysBetween(from, newest) + 1;
  const total = minorSum(ofMonth, currency);
  const budget = budgets.length === 0 ? undefined : budgets.reduce((sum, { amount }) => sum + amount, 0);
  const { pace, forecast } = pacing({
    budget,
    spend: total,
    lastDays: minorSum(last, currency),
    lastDaysCount: isBefore ? 0 : Math.min(FORECAST_DAYS, daysBetween(first, newest) + 1),
    daysOfMonth: daysBetween(from, to),
    daysDone,
  });
  return metricPacing.rowOf({ brand, month, platform, currency, budget: budget ?? null, spend: roundHalfEven(total), days_done: daysDone, pace: pace === undefined ? null : rounded(pace, PLACES), forecast });
}

function minorSum(days: readonly SpendDay[], currency: string): Fraction {
  return minorOf(majorOfMicros(days.reduce((sum, { micros }) => sum + micros, 0)), currency) ?? fraction(0);
}
