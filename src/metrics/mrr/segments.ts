import { multiply, roundHalfEven } from '../../core/fraction.ts';
import type { LocalDate } from '../../core/time.ts';
import { stateOn } from '../../enriched/chains/states.ts';
import { chargeSpans, type ChargeSpan } from './charge-spans.ts';
import { monthlyOn, netShare } from './monthly.ts';
import type { MrrChain, TaxShare } from './mrr-chain.ts';

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
  const { charges, discounts, amount } = monthlyOn(chain, spans, from);
  const idsOf = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id).sort();
  const unpriced = [...charges, ...discounts].filter((own) => own.amount === undefined);
  const evidence = { charges: idsOf(charges), discounts: idsOf(discounts), unpriced: idsOf(unpriced), tax };
  return { from, to, state: 'active', mrr: chain.isFree ? 0 : roundHalfEven(multiply(amount, netShare(tax))), evidence };
}

/** A segment that goes on where the one before it ends, with the same state and MRR, is part of it. */
function joined(segments: MrrSegment[], next: MrrSegment): MrrSegment[] {
  const last = segments.at(-1);
  if (last === undefined || last.state !== next.state || last.mrr !== next.mrr) return [...segments, next];
  const union = (name: 'charges' | 'discounts' | 'unpriced'): string[] => [...new Set([...last.evidence[name], ...next.evidence[name]])].sort();
  const evidence = { charges: union('charges'), discounts: union('discounts'), unpriced: union('unpriced'), tax: last.evidence.tax };
  return [...segments.slice(0, -1), { ...last, to: next.to, evidence }];
}
