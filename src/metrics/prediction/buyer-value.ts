import { addMonths, daysBetween, type LocalDate } from '../../core/time.ts';
import { expectedPurchases, type BgNbdParameters } from './bg-nbd.ts';
import { expectedAmount, type GammaGammaParameters } from './gamma-gamma.ts';
import { halfEven } from '../../core/half-even.ts';
import type { BuyerRow } from './purchases.ts';
import { completedPeriods } from './spell.ts';

/** Below this share of drop-outs the model cannot tell whether customers ever leave. */
const LEAST_DROPOUT = 0.0001;

interface BuyerHorizon {
  readonly months: number;
  readonly weeks: number;
}

/**
 * The predicted value of a buyer over so many weeks in minor units: expected purchases × expected amount of one.
 * @param minorUnits of a major unit
 */
export function buyerValue(buying: BgNbdParameters, amounts: GammaGammaParameters, buyer: BuyerRow, { weeks, minorUnits }: { readonly weeks: number; readonly minorUnits: number }): number {
  return halfEven(expectedPurchases(buying, buyer, weeks) * expectedAmount(amounts, { x: buyer.x, m: buyer.m / minorUnits }) * minorUnits);
}

/** How far a prediction looks ahead of a day: at most the whole months observed where dropout cannot be told. */
export function buyerHorizon({ a, b }: BgNbdParameters, { day, months, observedFrom }: { readonly day: LocalDate; readonly months: number; readonly observedFrom: LocalDate }): BuyerHorizon {
  const ahead = a / (a + b) < LEAST_DROPOUT ? Math.min(months, completedPeriods(observedFrom, day, 1)) : months;
  return { months: ahead, weeks: daysBetween(day, addMonths(day, ahead)) / 7 };
}
