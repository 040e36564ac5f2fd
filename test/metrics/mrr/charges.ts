import type { LocalDate } from '../../../src/core/time.ts';
import type { MrrChain, MrrCharge } from '../../../src/metrics/mrr/mrr-chain.ts';

export const day = (text: string): LocalDate => text as LocalDate;

/** A monthly charge of 10.00, unless told otherwise. */
export function charge(change: Partial<MrrCharge> = {}): MrrCharge {
  return {
    ...{ id: 'c1', planId: 'p1', isCurrent: true, chargeType: 'Recurring', chargeModel: 'Flat Fee Pricing', category: 'subscription', billingPeriod: 'Month' },
    ...{ quantity: null, price: 1000, mrr: null, discountPercentage: null, discountAmount: null, start: null, end: null, ...change },
  };
}

/** An open chain of 2025 with these charges. */
export function chainOf(charges: readonly MrrCharge[], change: Partial<MrrChain> = {}): MrrChain {
  return {
    states: { kind: 'runs', start: day('2025-01-01'), end: null, endKind: null, suspensions: [] },
    ...{ charges, termEnds: [], termType: null, currentTerm: null, contractEffective: null, isFree: false, tax: { net: 1, tax: 0, from: 'chain' } },
    ...change,
  };
}
