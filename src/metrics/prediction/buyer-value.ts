import { addMonths, daysBetween, type LocalDate } from '../../core/time.ts';
import { expectedPurchases, type BgNbdParameters } from './bg-nbd.ts';
import { expectedAmount, type GammaGammaParameters } from './gamma-gamma.ts';
import { halfEven } from '../../core/half-even.ts';
import type { BuyerRow } from './purchases.ts';

/** Below this share of drop-outs the model cannot tell whether customers ever leave. */
const LEAST_DROPOUT = 0.0001;

/**
 * The predicted value of a buyer over so many weeks in minor units: expected purchases × expected amount of one.
 * @param minorUnits of a major unit
 */
export function buyerValue(buying: BgNbdParameters, amounts: GammaGammaParameters, buyer: BuyerRow, { weeks, minorUnits }: { readonly weeks: number; readonly minorUnits: number }): number {
  return halfEven(expectedPurchases(buying, buyer, weeks) * expectedAmount(amounts, { x: buyer.x, m: buyer.m / minorUnits }) * minorUnits);
}

/** The weeks that a prediction looks ahead: at most the time observed where dropout cannot be told. */
export function horizonWeeks({ a, b }: BgNbdParameters, { asOf, months, observedWeeks }: { readonly asOf: LocalDate; readonly months: number; readonly observedWeeks: number }): number {
  const weeks = daysBetween(asOf, addMonths(asOf, months)) / 7;
  return a / (a + b) < LEAST_DROPOUT ? Math.min(weeks, observedWeeks) : weeks;
}
