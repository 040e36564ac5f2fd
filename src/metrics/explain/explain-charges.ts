import { fraction, roundHalfEven, type Fraction } from '../../core/fraction.ts';
import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { ChargeSpan } from '../mrr/charge-spans.ts';
import { hasOwnMrr, monthlyAmount, monthlyDiscount } from '../mrr/monthly-amount.ts';
import { isCounted, isRecurringCharge, type MrrChain, type MrrCharge } from '../mrr/mrr-chain.ts';
import { periodMonths } from '../mrr/period-months.ts';

/** An amount in minor units: rounded half-even, and exact as a ratio of whole numbers, `7220/3`. */
export interface ExactAmount {
  readonly amount: number;
  readonly exact: string;
}

/** Why a charge brings nothing to the MRR of a day. */
export type LeftOut = 'one_time' | 'usage' | 'not_recurring' | 'trial' | 'begins_later' | 'ended';

/** A charge of the version that tells MRR, and what it has to do with the MRR of a day. Amounts in minor units. */
export interface ExplainedCharge {
  readonly id: string;
  readonly plan_id: string;
  readonly role: 'counted' | 'discount' | 'left_out';
  readonly left_out: LeftOut | null;
  readonly charge_type: string | null;
  readonly category: string;
  readonly billing_period: string | null;
  /** Months of the period as a ratio, `3/1`, `12/52` in lowest terms; null: it has no length. */
  readonly period_months: string | null;
  readonly price: number | null;
  readonly quantity: string;
  /** Of a discount: the share in percent, and the fixed amount of a period. */
  readonly percentage: string | null;
  readonly fixed: number | null;
  /** What a month of it is made of: price × quantity ÷ months, its own MRR field, a share; `unpriced`: nothing tells, it counts 0. */
  readonly basis: 'price' | 'own_mrr' | 'percentage' | 'unpriced' | null;
  /** What it brings, or a fixed discount takes off, a month; null: nothing, or a share. */
  readonly monthly: ExactAmount | null;
  /** Of a discount: whose charges it lowers. */
  readonly lowers: 'plan' | 'subscription' | null;
  /** In effect, half-open; null: from the first day, to the end of the subscription. */
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
  /** As exported: an end that only says how far the term went does not end the charge. */
  readonly stated_end: LocalDate | null;
}

/** What each charge of a chain has to do with its MRR on a day: those that count first, then discounts, then the others. */
export function explainCharges(chain: MrrChain, spans: readonly ChargeSpan[], day: LocalDate): ExplainedCharge[] {
  const spanOf = new Map(spans.map((span) => [span.charge.id, span]));
  const countedPlans = new Set(chain.charges.filter(isCounted).map(({ planId }) => planId));
  const explained = chain.charges.map((charge) => explainCharge(charge, chain, spanOf.get(charge.id), countedPlans, day));
  return ROLES.flatMap((role) => explained.filter((own) => own.role === role));
}

const ROLES = ['counted', 'discount', 'left_out'] as const;

function explainCharge(charge: MrrCharge, { currentTerm, states }: MrrChain, span: ChargeSpan | undefined, countedPlans: ReadonlySet<string>, day: LocalDate): ExplainedCharge {
  const left = leftOut(charge, span, day);
  const isDiscount = charge.category === 'discount';
  const months = periodMonths(charge.billingPeriod, currentTerm);
  const monthly = left !== null ? undefined : isDiscount ? monthlyDiscount(charge, currentTerm) : monthlyAmount(charge, currentTerm);
  const isShare = isDiscount && charge.discountAmount === null && charge.discountPercentage !== null;
  return {
    ...{ id: charge.id, plan_id: charge.planId, role: left !== null ? 'left_out' : isDiscount ? 'discount' : 'counted', left_out: left },
    ...{ charge_type: charge.chargeType, category: charge.category, billing_period: charge.billingPeriod, period_months: months === undefined ? null : ratioText(months) },
    ...{ price: charge.price, quantity: charge.quantity ?? '1', percentage: charge.discountPercentage, fixed: charge.discountAmount },
    basis: left !== null ? null : isShare ? 'percentage' : monthly === undefined ? 'unpriced' : isByPrice(charge, months) ? 'price' : 'own_mrr',
    monthly: monthly === undefined || isShare ? null : exactAmount(monthly),
    lowers: left !== null || !isDiscount ? null : countedPlans.has(charge.planId) ? 'plan' : 'subscription',
    ...{ from: span?.from ?? charge.start ?? states.start, to: span === undefined ? charge.end : span.to, stated_end: charge.end },
  };
}

function leftOut(charge: MrrCharge, span: ChargeSpan | undefined, day: LocalDate): LeftOut | null {
  if (!isRecurringCharge(charge)) return NOT_RECURRING[squash(charge.chargeType ?? '')] ?? 'not_recurring';
  if (charge.category === 'trial') return 'trial';
  if (span !== undefined && span.from > day) return 'begins_later';
  return span?.to !== undefined && span.to !== null && span.to <= day ? 'ended' : null;
}

const NOT_RECURRING: Readonly<Record<string, LeftOut>> = { onetime: 'one_time', usage: 'usage' };

/** Discounts are told by their amount of a period, charges by their price. */
function isByPrice(charge: MrrCharge, months: Fraction | undefined): boolean {
  if (months === undefined) return false;
  return charge.category === 'discount' ? charge.discountAmount !== null || charge.price !== null : charge.price !== null && !hasOwnMrr(charge);
}

/** An exact amount as it is shown. */
export function exactAmount(exact: Fraction): ExactAmount {
  return { amount: roundHalfEven(exact), exact: ratioText(exact) };
}

/** The ratio of an amount's text. */
export function ratioOf(text: string): Fraction {
  const [numerator = '0', denominator = '1'] = text.split('/');
  return fraction(BigInt(numerator), BigInt(denominator));
}

function ratioText({ numerator, denominator }: Fraction): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}
