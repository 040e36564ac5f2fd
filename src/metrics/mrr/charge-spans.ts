import { addDays, type LocalDate } from '../../core/time.ts';
import { isRecurringCharge, type MrrChain, type MrrCharge } from './mrr-chain.ts';

/** When a charge is in effect, half-open; null: to the end of its chain. */
export interface ChargeSpan {
  readonly charge: MrrCharge;
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/**
 * When the recurring charges of a chain are in effect (metrics, "MRR", 1). An end that only says how far the term went is
 * none, unless another charge of the plan takes over; an end the day before another charge starts is a last day.
 */
export function chargeSpans(chain: MrrChain): ChargeSpan[] {
  const recurring = chain.charges.filter(isRecurringCharge);
  const terms = new Set(chain.termEnds);
  return recurring.map((charge) => {
    const others = recurring.filter((other) => other !== charge && other.category !== 'discount');
    return { charge, from: startOf(charge, chain), to: endOf(charge, chain, others, terms) };
  });
}

function endOf(charge: MrrCharge, chain: MrrChain, others: readonly MrrCharge[], terms: ReadonlySet<LocalDate>): LocalDate | null {
  const { isCurrent, planId } = charge;
  const end = charge.end ?? (isCurrent ? null : chain.contractEffective);
  if (end === null) return null;
  const dayAfter = addDays(end, 1);
  const startsOn = (day: LocalDate) => (other: MrrCharge) => startOf(other, chain) === day;
  const { end: chainEnd } = chain.states;
  const isTermOnly = terms.has(end) || (chainEnd !== null && end >= chainEnd);
  const ofPlan = others.filter((other) => other.planId === planId);
  if (isCurrent && isTermOnly && !ofPlan.some(startsOn(end)) && !ofPlan.some(startsOn(dayAfter))) return null;
  return !others.some(startsOn(end)) && others.some(startsOn(dayAfter)) ? dayAfter : end;
}

function startOf({ start }: MrrCharge, { states }: MrrChain): LocalDate {
  return start ?? states.start;
}
