import { describe, expect, test } from '@jest/globals';

import { mrrSegments } from '../../../src/metrics/mrr/segments.ts';
import { chainOf, charge, day } from './charges.ts';

describe('mrrSegments', () => {
  test('say from which charges, discounts and tax they come, sorted', () => {
    const off = charge({ id: 'd1', category: 'discount', price: null, discountPercentage: '50', end: day('2025-03-01') });
    const segments = mrrSegments(chainOf([charge({ id: 'c2', price: null }), charge(), off], { tax: { net: 100, tax: 25, from: 'account' } }));
    expect(segments).toEqual([
      { from: '2025-01-01', to: '2025-03-01', state: 'active', mrr: 400, evidence: { charges: ['c1', 'c2'], discounts: ['d1'], unpriced: ['c2'], tax: { net: 100, tax: 25, from: 'account' } } },
      { from: '2025-03-01', to: null, state: 'active', mrr: 800, evidence: { charges: ['c1', 'c2'], discounts: [], unpriced: ['c2'], tax: { net: 100, tax: 25, from: 'account' } } },
    ]);
  });

  test('keep tax in the price where no invoice tells it, or prices are net', () => {
    for (const from of ['none', 'excluded'] as const) expect(mrrSegments(chainOf([charge()], { tax: { net: 0, tax: 0, from } }))[0]?.mrr).toBe(1000);
  });

  test('name the charges of all that they join', () => {
    const switched = mrrSegments(chainOf([charge({ isCurrent: false, end: day('2025-04-01') }), charge({ id: 'c2', planId: 'p2', price: 3000, billingPeriod: 'Quarter', start: day('2025-04-01') })]));
    expect(switched.map(({ from, to, evidence }) => [from, to, evidence.charges])).toEqual([['2025-01-01', null, ['c1', 'c2']]]);
  });
});
