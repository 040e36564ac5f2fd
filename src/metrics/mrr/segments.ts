import { divide, fraction, multiply, roundHalfEven, ONE, ZERO, type Fraction } from '../../core/fraction.ts';
import type { LocalDate } from '../../core/time.ts';
import { stateOn } from '../../enriched/chains/states.ts';
import { chargeSpans, type ChargeSpan } from './charge-spans.ts';
import { discounted } from './discounted.ts';
import { monthlyAmount, monthlyDiscount, percentageShare } from './monthly-amount.ts';
import { isCounted, isRecurringDiscount, type MrrChain, type TaxShare } from './mrr-chain.ts';

/** What an MRR was made of: ids of charges, sorted. */
export interface MrrEvidence {
  readonly charges: readonly string[];
  readonly discounts: readonly string[];
  /** Charges that count and whose price nobody knows: 0, and coverage. */
  readonly unpriced: readonly string[];
  readonly tax: TaxShare;
}

/** A time in which state and MRR of a chain stay the same, half-open; null: open. */
export interface MrrSegment {
  readonly from: LocalDate;
  readonly to: LocalDate | null;
  readonly state: 'active' | 'suspended';
  /** In minor units, rounded half-even, once; 0 while suspended. */
  readonly mrr: number;
  readonly evidence: MrrEvidence;
}

/**
 * State and MRR of a chain over time, by date and without a hole (metrics, "MRR"). Segments that begin in the future are
 * among them: a cancellation, the end of an introductory price.
 */
export function mrrSegments(chain: MrrChain): MrrSegment[] {
  const { start, end, kind } = chain.states;
  if (kind === 'never' || (end !== null && end <= start)) return [];
  const spans = chargeSpans(chain);
  const days = boundaries(chain, spans);
  return days.map((from, index): MrrSegment => segmentOn(chain, spans, from, days[index + 1] ?? end)).reduce<MrrSegment[]>(joined, []);
}

/** The days within the life of the chain on which something begins or ends; the first is its first day. */
function boundaries({ states: { start, end, suspensions } }: MrrChain, spans: readonly ChargeSpan[]): LocalDate[] {
  const days = new Set<LocalDate>([start]);
  for (const { from, to } of [...suspensions, ...spans]) {
    for (const day of [from, to]) if (day !== null && day > start && (end === null || day < end)) days.add(day);
  }
  return [...days].sort();
}

function segmentOn(chain: MrrChain, spans: readonly ChargeSpan[], from: LocalDate, to: LocalDate | null): MrrSegment {
  const { tax } = chain;
  if (stateOn(chain.states, from) === 'suspended') {
    return { from, to, state: 'suspended', mrr: 0, evidence: { charges: [], discounts: [], unpriced: [], tax } };
  }
  const { amount, evidence } = monthly(chain, spans, from);
  return { from, to, state: 'active', mrr: chain.isFree ? 0 : roundHalfEven(multiply(amount, netShare(tax))), evidence };
}

/** What the chain bills for a month as of a day, after discounts, with tax as prices have it. */
function monthly({ charges: all, currentTerm, tax }: MrrChain, spans: readonly ChargeSpan[], day: LocalDate): { readonly amount: Fraction; readonly evidence: MrrEvidence } {
  const inEffect = spans.filter(({ from, to }) => from <= day && (to === null || day < to)).map(({ charge }) => charge);
  const charges = inEffect.filter(isCounted).map((charge) => ({ id: charge.id, planId: charge.planId, amount: monthlyAmount(charge, currentTerm) }));
  const discounts = inEffect.filter(isRecurringDiscount).map((charge) => ({ id: charge.id, planId: charge.planId, share: percentageShare(charge), amount: monthlyDiscount(charge, currentTerm) }));
  const countedPlans = new Set(all.filter(isCounted).map(({ planId }) => planId));
  const amount = discounted(charges.map(orZero), discounts.map(orZero), countedPlans);
  const idsOf = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id).sort();
  const unpriced = [...charges, ...discounts].filter((own) => own.amount === undefined);
  return { amount, evidence: { charges: idsOf(charges), discounts: idsOf(discounts), unpriced: idsOf(unpriced), tax } };
}

function orZero<Own extends { readonly amount: Fraction | undefined }>(own: Own): Own & { readonly amount: Fraction } {
  return { ...own, amount: own.amount ?? ZERO };
}

/** The share of a price that is no tax. */
function netShare({ net, tax, from }: TaxShare): Fraction {
  return from === 'none' || from === 'excluded' || net + tax <= 0 ? ONE : divide(fraction(net), fraction(net + tax));
}

/** A segment that goes on where the one before it ends, with the same state and MRR, is part of it. */
function joined(segments: MrrSegment[], next: MrrSegment): MrrSegment[] {
  const last = segments.at(-1);
  if (last === undefined || last.state !== next.state || last.mrr !== next.mrr) return [...segments, next];
  const union = (name: 'charges' | 'discounts' | 'unpriced'): string[] => [...new Set([...last.evidence[name], ...next.evidence[name]])].sort();
  const evidence = { charges: union('charges'), discounts: union('discounts'), unpriced: union('unpriced'), tax: last.evidence.tax };
  return [...segments.slice(0, -1), { ...last, to: next.to, evidence }];
}
