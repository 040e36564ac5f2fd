import { describe, expect, test } from '@jest/globals';

import { chargeSpans } from '../../../src/metrics/mrr/charge-spans.ts';
import type { MrrChain, MrrCharge } from '../../../src/metrics/mrr/mrr-chain.ts';
import { chainOf, charge, day } from './charges.ts';

const END = day('2025-07-01');
const endOf = (own: Partial<MrrCharge>, others: readonly MrrCharge[] = [], change: Partial<MrrChain> = {}): string | null | undefined =>
  chargeSpans(chainOf([charge({ end: END, ...own }), ...others], change)).find(({ charge: { id } }) => id === 'c1')?.to;
const next = (change: Partial<MrrCharge>): MrrCharge => charge({ id: 'c2', ...change });

describe('the end of a charge', () => {
  test('counts unless it only says how far the term went', () => {
    expect(endOf({})).toBe('2025-07-01');
    expect(endOf({}, [], { termEnds: [END] })).toBeNull();
    expect(endOf({}, [], { states: { kind: 'runs', start: day('2025-01-01'), end: day('2025-06-15'), endKind: 'term', suspensions: [] } })).toBeNull();
  });

  test('counts where another charge of the plan takes over on that day or the day after', () => {
    const term = { termEnds: [END] };
    expect(endOf({}, [next({ start: END })], term)).toBe('2025-07-01');
    expect(endOf({}, [next({ start: day('2025-07-02') })], term)).toBe('2025-07-02');
    expect(endOf({}, [next({ start: END, planId: 'p2' })], term)).toBeNull();
    expect(endOf({}, [next({ start: END, category: 'discount' })], term)).toBeNull();
  });

  test('of a removed plan always counts, and is the day of the latest version where it is missing', () => {
    expect(endOf({ isCurrent: false }, [], { termEnds: [END] })).toBe('2025-07-01');
    expect(endOf({ isCurrent: false, end: null }, [], { contractEffective: day('2025-03-01') })).toBe('2025-03-01');
  });

  test('is a last day where another charge of the chain starts the day after, and none on it', () => {
    expect(endOf({}, [next({ planId: 'p2', start: day('2025-07-02') })])).toBe('2025-07-02');
    expect(endOf({}, [next({ planId: 'p2', start: day('2025-07-02') }), charge({ id: 'c3', start: END })])).toBe('2025-07-01');
  });
});

test('a charge without a start begins with its chain, and one-time charges have no span', () => {
  expect(chargeSpans(chainOf([charge(), charge({ id: 'c2', chargeType: 'OneTime' })])).map(({ charge: { id }, from }) => [id, from])).toEqual([['c1', '2025-01-01']]);
});
