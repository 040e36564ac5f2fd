import { expect, test } from '@jest/globals';

import { fraction } from '../../../src/core/fraction.ts';
import { chargeSpans } from '../../../src/metrics/mrr/charge-spans.ts';
import { monthlyOn, netShare } from '../../../src/metrics/mrr/monthly.ts';
import { chainOf, charge, day } from './charges.ts';

test('is what the charges of that day bring a month, after the discounts of that day, exact', () => {
  const chain = chainOf([
    charge({ id: 'year', price: 10_000, billingPeriod: 'Annual' }),
    charge({ id: 'later', planId: 'p2', start: day('2026-01-01') }),
    charge({ id: 'off', planId: 'p1', category: 'discount', price: null, discountPercentage: '50' }),
    charge({ id: 'trial', planId: 'p1', category: 'trial', price: 300 }),
  ]);
  const spans = chargeSpans(chain);
  const own = monthlyOn(chain, spans, day('2025-06-30'));
  expect(own.amount).toEqual(fraction(10_000, 24));
  expect(own.inEffect.map(({ id }) => id)).toEqual(['year', 'off', 'trial']);
  expect([own.charges, own.discounts].map((parts) => parts.map(({ id }) => id))).toEqual([['year'], ['off']]);
  expect(monthlyOn(chain, spans, day('2026-01-01')).amount).toEqual(fraction(10_000 + 24_000, 24));
});

test('is nothing for an unpriced charge, which stays among the charges', () => {
  const chain = chainOf([charge({ price: null })]);
  const own = monthlyOn(chain, chargeSpans(chain), day('2025-06-30'));
  expect([own.amount, own.charges]).toEqual([fraction(0), [{ id: 'c1', planId: 'p1', amount: undefined }]]);
});

test('has a net share that is whole where no invoice tells the tax, or prices have none', () => {
  expect(netShare({ net: 100, tax: 19, from: 'chain' })).toEqual(fraction(100, 119));
  expect(netShare({ net: 0, tax: 0, from: 'none' })).toEqual(fraction(1));
  expect(netShare({ net: 100, tax: 19, from: 'excluded' })).toEqual(fraction(1));
});
