import { billionths } from '../../core/decimal.ts';
import { divide, fraction, multiply, type Fraction } from '../../core/fraction.ts';
import { squash } from '../../core/text/text.ts';
import type { MrrCharge } from './mrr-chain.ts';
import { periodMonths } from './period-months.ts';

const BILLION = 1_000_000_000n;
const OWN_MRR = /tiered|volume|overage/;

/**
 * What a charge brings a month before discounts and tax, exact, in minor units (metrics, "MRR", 2): price × quantity ÷
 * months of its period; where that is not told, the charge's own MRR. Undefined: unpriced.
 */
export function monthlyAmount(charge: MrrCharge, currentTerm: number | null): Fraction | undefined {
  const { price, quantity, mrr } = charge;
  const months = periodMonths(charge.billingPeriod, currentTerm);
  if (price !== null && months !== undefined && !hasOwnMrr(charge)) {
    return divide(multiply(fraction(price), decimalFraction(quantity ?? '1')), months);
  }
  return mrr === null ? undefined : fraction(mrr);
}

/** True for a model whose price alone does not say what a period costs: tiers, volumes, overage. */
export function hasOwnMrr({ chargeModel }: MrrCharge): boolean {
  return OWN_MRR.test(squash(chargeModel ?? ''));
}

/**
 * What a fixed discount takes off a month, exact, by its own period; 0 for one that is a percentage. Exports write both
 * signs. Undefined: nobody knows how much.
 */
export function monthlyDiscount(charge: MrrCharge, currentTerm: number | null): Fraction | undefined {
  const { discountAmount, discountPercentage, price, quantity, mrr } = charge;
  if (discountAmount === null && discountPercentage !== null) return fraction(0);
  const amount = discountAmount !== null ? fraction(discountAmount) : price === null ? undefined : multiply(fraction(price), decimalFraction(quantity ?? '1'));
  const months = periodMonths(charge.billingPeriod, currentTerm);
  const monthly = amount !== undefined && months !== undefined ? divide(amount, months) : mrr === null ? undefined : fraction(mrr);
  return monthly === undefined ? undefined : magnitude(monthly);
}

/** The share that a percentage takes off: `12.5` is 1/8. */
export function percentageShare({ discountPercentage }: MrrCharge): Fraction {
  return discountPercentage === null ? fraction(0) : magnitude(divide(decimalFraction(discountPercentage), fraction(100)));
}

function decimalFraction(decimal: string): Fraction {
  return fraction(billionths(decimal), BILLION);
}

function magnitude({ numerator, denominator }: Fraction): Fraction {
  return { numerator: numerator < 0n ? -numerator : numerator, denominator };
}
