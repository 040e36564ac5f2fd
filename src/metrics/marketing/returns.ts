import { divide, fraction, type Fraction } from '../../core/fraction.ts';
import { majorOfMicros, minorOf } from '../records/rates.ts';

/**
 * Ratios of sums, never means of ratios (metrics specification, "Marketing, margin, stock"). Each is undefined without a base.
 */
function ratio(value: Fraction, base: Fraction | undefined): Fraction | undefined {
  return base === undefined || base.numerator === 0n ? undefined : divide(value, base);
}

/** Claimed ROAS: what the platform claims ÷ what it cost, both in micros. Claims of platforms are never added up. */
export function claimedRoas(claimedMicros: number, spendMicros: number): Fraction | undefined {
  return ratio(fraction(claimedMicros), fraction(spendMicros));
}

/** Measured ROAS, and MER of all: net revenue in minor units of the currency ÷ spend in micros. */
export function measuredReturn(netRevenue: number, spendMicros: number, currency: string): Fraction | undefined {
  return ratio(fraction(netRevenue), minorOf(majorOfMicros(spendMicros), currency));
}

/** Over-claim: what all platforms claim together ÷ net sales. Above 1 they claim more than was sold. */
export function overClaim(claimedMicros: number, netSales: number, currency: string): Fraction | undefined {
  const claimed = minorOf(majorOfMicros(claimedMicros), currency);
  return claimed && ratio(claimed, fraction(netSales));
}
