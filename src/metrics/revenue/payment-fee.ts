import type { LocalDate } from '../../core/time.ts';
import { billionths } from '../../core/decimal.ts';
import { fraction, roundHalfEven } from '../../core/fraction.ts';
import { shares } from '../../orders/ledger/shares.ts';

/** What a payment costs from a day on. */
export interface FeeRule {
  /** Undefined: of every brand. */
  readonly brand?: string | undefined;
  readonly currency: string;
  readonly from: LocalDate;
  /** Per cent of the gross amount of the invoice, as a decimal: `1.4`. */
  readonly percent: string;
  /** Minor units for each invoice. */
  readonly fixed: number;
}

const PERCENT_IN_BILLIONTHS = 100n * 1_000_000_000n;

/** The rule of an invoice: of its brand before that of all, the newest that is in force; undefined if there is none. */
export function feeRuleOf(rules: readonly FeeRule[], brand: string, currency: string, date: LocalDate): FeeRule | undefined {
  const own = rules.filter((rule) => rule.currency === currency && rule.from <= date && (rule.brand === undefined || rule.brand === brand));
  return own.sort((a, b) => Number(a.brand === undefined) - Number(b.brand === undefined) || (a.from < b.from ? 1 : -1))[0];
}

/**
 * The fee of an invoice on each of its sale lines, by largest remainder (metrics specification, "Margin").
 * @param gross of the invoice, minor units; nothing is paid for one that is not above 0
 * @param lines gross amounts of its sale lines, in an order that does not depend on how they were read
 */
export function paymentFees({ percent, fixed }: Pick<FeeRule, 'percent' | 'fixed'>, gross: number, lines: readonly number[]): number[] {
  if (gross <= 0) return lines.map(() => 0);
  const fee = roundHalfEven(fraction(BigInt(gross) * billionths(percent), PERCENT_IN_BILLIONTHS)) + fixed;
  return shares(fee, lines.map((line) => Math.max(0, line)));
}
