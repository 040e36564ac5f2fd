import { compareFractions, divide, fraction, type Fraction } from '../../core/fraction.ts';
import { addDays, type LocalDate } from '../../core/time.ts';
import { fractionOf } from '../records/rates.ts';

/** What is known of a product at a location. Units are decimals. */
export interface StockLevel {
  readonly day: LocalDate;
  readonly available: string;
  readonly reorderPoint: string | null;
  readonly leadTimeDays: number | null;
}

/** Whether something has to be done. `stale`: the figures are too old to say anything; `unknown`: nobody said when to order. */
export type StockStatus = 'stale' | 'out' | 'reorder' | 'unknown' | 'ok';

/** The complete days over which sales are counted. */
export const VELOCITY_DAYS = 28;
const STALE_DAYS = 2;
/** Days to order beside the time that goods take. */
const SAFETY_DAYS = 7;

/** Units sold a day. */
export function velocityOf(sold: Fraction): Fraction {
  return divide(sold, fraction(VELOCITY_DAYS));
}

/** How many days the units of all locations last at this velocity; undefined if nothing is sold. */
export function daysLeft(available: Fraction, velocity: Fraction): Fraction | undefined {
  return velocity.numerator <= 0n ? undefined : divide(available, velocity);
}

/** The status of a product at a location (metrics specification, "Stock"). @param left of all its locations */
export function stockStatus({ day, available, reorderPoint, leadTimeDays }: StockLevel, left: Fraction | undefined, asOf: LocalDate): StockStatus {
  if (day < addDays(asOf, -STALE_DAYS)) return 'stale';
  const units = fractionOf(available);
  if (units.numerator <= 0n) return 'out';
  if (reorderPoint !== null && compareFractions(units, fractionOf(reorderPoint)) <= 0) return 'reorder';
  if (leadTimeDays !== null && left !== undefined && compareFractions(left, fraction(leadTimeDays + SAFETY_DAYS)) < 0) return 'reorder';
  return reorderPoint === null && leadTimeDays === null ? 'unknown' : 'ok';
}
