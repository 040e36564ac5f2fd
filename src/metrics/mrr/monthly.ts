import { divide, fraction, ONE, ZERO, type Fraction } from '../../core/fraction.ts';
import type { LocalDate } from '../../core/time.ts';
import type { ChargeSpan } from './charge-spans.ts';
import { discounted } from './discounted.ts';
import { monthlyAmount, monthlyDiscount, percentageShare } from './monthly-amount.ts';
import { isCounted, isRecurringDiscount, type MrrChain, type MrrCharge, type TaxShare } from './mrr-chain.ts';

/** A charge or discount and what it brings or takes off a month, exact; undefined: unpriced. */
interface MonthlyPart {
  readonly id: string;
  readonly planId: string;
  readonly amount: Fraction | undefined;
}

/** What a chain bills for a month as of a day, in minor units with tax as prices have it. */
export interface Monthly {
  /** The recurring charges that are in effect, of every category. */
  readonly inEffect: readonly MrrCharge[];
  readonly charges: readonly MonthlyPart[];
  readonly discounts: readonly MonthlyPart[];
  /** After discounts, exact. */
  readonly amount: Fraction;
}

/** What the chain bills for a month as of a day, whatever its state and class are (metrics, "MRR", 1 to 3). */
export function monthlyOn({ charges: all, currentTerm }: MrrChain, spans: readonly ChargeSpan[], day: LocalDate): Monthly {
  const inEffect = spans.filter(({ from, to }) => from <= day && (to === null || day < to)).map(({ charge }) => charge);
  const charges = inEffect.filter(isCounted).map((charge) => ({ id: charge.id, planId: charge.planId, amount: monthlyAmount(charge, currentTerm) }));
  const discounts = inEffect.filter(isRecurringDiscount).map((charge) => ({ id: charge.id, planId: charge.planId, share: percentageShare(charge), amount: monthlyDiscount(charge, currentTerm) }));
  const countedPlans = new Set(all.filter(isCounted).map(({ planId }) => planId));
  return { inEffect, charges, discounts, amount: discounted(charges.map(orZero), discounts.map(orZero), countedPlans) };
}

/** The share of a price that is no tax. */
export function netShare({ net, tax, from }: TaxShare): Fraction {
  return from === 'none' || from === 'excluded' || net + tax <= 0 ? ONE : divide(fraction(net), fraction(net + tax));
}

function orZero<Own extends { readonly amount: Fraction | undefined }>(own: Own): Own & { readonly amount: Fraction } {
  return { ...own, amount: own.amount ?? ZERO };
}
