import { add, compareFractions, multiply, ONE, subtract, sumOfFractions, ZERO, type Fraction } from '../../core/fraction.ts';
import { groupBy } from '../../core/group-by.ts';

/** What a charge brings a month. */
export interface MonthlyCharge {
  readonly planId: string;
  readonly amount: Fraction;
}

/** A discount that is in effect. */
export interface MonthlyDiscount {
  readonly planId: string;
  /** 1/8 is 12.5 %. */
  readonly share: Fraction;
  readonly amount: Fraction;
}

/**
 * What charges bring a month after discounts, exact (metrics, "MRR", 3): percentages added and capped at 100, then fixed
 * amounts; those of a plan lower its charges, those of a plan without counted charges the whole chain; never below 0.
 *
 * @param countedPlans the plans of the chain that have a counted charge at any time
 */
export function discounted(charges: readonly MonthlyCharge[], discounts: readonly MonthlyDiscount[], countedPlans: ReadonlySet<string>): Fraction {
  const ofChain = discounts.filter(({ planId }) => !countedPlans.has(planId));
  const chainShare = sumOfFractions(ofChain.map(({ share }) => share));
  const plans = [...groupBy(charges, ({ planId }) => planId)].map(([planId, own]) => {
    const ofPlan = discounts.filter((discount) => discount.planId === planId && countedPlans.has(planId));
    const share = capped(add(chainShare, sumOfFractions(ofPlan.map((discount) => discount.share))));
    const price = multiply(sumOfFractions(own.map(({ amount }) => amount)), subtract(ONE, share));
    return lowered(price, ofPlan);
  });
  return lowered(sumOfFractions(plans), ofChain);
}

function capped(share: Fraction): Fraction {
  return compareFractions(share, ONE) > 0 ? ONE : share;
}

function lowered(price: Fraction, discounts: readonly MonthlyDiscount[]): Fraction {
  const left = subtract(price, sumOfFractions(discounts.map(({ amount }) => amount)));
  return compareFractions(left, ZERO) < 0 ? ZERO : left;
}
