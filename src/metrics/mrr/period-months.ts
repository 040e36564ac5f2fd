import { fraction, type Fraction } from '../../core/fraction.ts';
import { periodLength } from '../../enriched/classify/billing-period.ts';

const WEEK_DAYS = 7;

/**
 * The months of a billing period (metrics, "MRR", 2): a week is 12/52 of a month, a day 12/365, whole weeks of days count as
 * weeks; the term of a subscription is its CurrentTerm. Undefined for a period that says no length.
 *
 * @param currentTerm months of the subscription's term
 */
export function periodMonths(billingPeriod: string | null, currentTerm: number | null): Fraction | undefined {
  const length = periodLength(billingPeriod);
  if (length === null) return undefined;
  if (length === 'term') return ofMonths(currentTerm ?? 0);
  if ('months' in length) return ofMonths(length.months);
  const { days } = length;
  if (days <= 0) return undefined;
  return days % WEEK_DAYS === 0 ? fraction((days / WEEK_DAYS) * 12, 52) : fraction(days * 12, 365);
}

function ofMonths(months: number): Fraction | undefined {
  return months > 0 ? fraction(months) : undefined;
}
