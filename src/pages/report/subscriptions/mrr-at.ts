import type { MrrDay } from '../read/subscriptions.repository.ts';

/**
 * MRR at the end of a day, in minor units: a day without a row is as the day before.
 * @param series of one brand and currency, in order
 */
export function mrrAt(series: readonly MrrDay[], day: string): number {
  return series.reduce((mrr, own) => (own.day <= day ? own.mrr : mrr), 0);
}
