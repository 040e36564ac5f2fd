import { compareText } from '../../core/compare.ts';
import { compareFractions, ZERO } from '../../core/fraction.ts';
import { squash } from '../../core/text/text.ts';
import { monthlyAmount } from './monthly-amount.ts';
import { isCounted, type MrrChain, type MrrCharge } from './mrr-chain.ts';
import { periodMonths } from './period-months.ts';

/**
 * After how many months a contract renews, so that its customer may leave (metrics, "Predicted LTV"): a term if it has one,
 * however often that is billed; else the billing period of its largest charge. Null: not told, or no whole months.
 *
 * @param inEffect the recurring charges of a day
 */
export function renewalMonths({ termType, currentTerm }: Pick<MrrChain, 'termType' | 'currentTerm'>, inEffect: readonly MrrCharge[]): number | null {
  if (squash(termType ?? '') === 'termed' && currentTerm !== null && currentTerm > 0) return currentTerm;
  const counted = inEffect.filter(isCounted).map((charge) => ({ charge, monthly: monthlyAmount(charge, currentTerm) ?? ZERO }));
  const [largest] = counted.sort((a, b) => compareFractions(b.monthly, a.monthly) || compareText(a.charge.id, b.charge.id));
  const months = largest === undefined ? undefined : periodMonths(largest.charge.billingPeriod, currentTerm);
  return months === undefined || months.numerator % months.denominator !== 0n ? null : Number(months.numerator / months.denominator);
}
