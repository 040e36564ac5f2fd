import { daysBetween, type LocalDate } from '../../core/time.ts';
import type { Recency } from './bg-nbd.ts';

/** The days on which a customer bought, each once and in order, with the amount of the day in minor units. */
export interface PurchaseHistory {
  readonly customer: string;
  readonly purchases: readonly Readonly<{ day: LocalDate; amount: number }>[];
}

/** What the models see of a customer; m is the mean amount of the repeat days in minor units, 0 without any. */
export interface BuyerRow extends Recency {
  readonly m: number;
}

const DAYS_OF_WEEK = 7;

/** What is known of a customer at the end of a day; undefined before their first purchase. */
export function buyerAt({ purchases }: PurchaseHistory, day: LocalDate): BuyerRow | undefined {
  const known = purchases.filter((purchase) => purchase.day <= day);
  const [first, ...repeats] = known;
  if (first === undefined) return undefined;
  const last = known[known.length - 1] ?? first;
  return {
    x: repeats.length,
    tx: daysBetween(first.day, last.day) / DAYS_OF_WEEK,
    T: daysBetween(first.day, day) / DAYS_OF_WEEK,
    m: repeats.length === 0 ? 0 : repeats.reduce((sum, { amount }) => sum + amount, 0) / repeats.length,
  };
}
