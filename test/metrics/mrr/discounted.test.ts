import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compareFractions, fraction, ZERO } from '../../../src/core/fraction.ts';
import { discounted } from '../../../src/metrics/mrr/discounted.ts';

const plans = new Set(['p1', 'p2']);
const of = (planId: string, amount: number) => ({ planId, amount: fraction(amount) });
const percent = (planId: string, percentage: number) => ({ planId, share: fraction(percentage, 100), amount: ZERO });
const fixed = (planId: string, amount: number) => ({ planId, share: ZERO, amount: fraction(amount) });

test('percentages add up, come before amounts, and take no more than everything', () => {
  expect(discounted([of('p1', 3000)], [fixed('p1', 500), percent('p1', 10)], plans)).toEqual(fraction(2200));
  expect(discounted([of('p1', 3000)], [percent('p1', 60), percent('p1', 60)], plans)).toEqual(ZERO);
});

test('a discount of a plan lowers that plan only, one of a plan without charges the whole chain', () => {
  expect(discounted([of('p1', 500), of('p2', 1000)], [fixed('p1', 800)], plans)).toEqual(fraction(1000));
  expect(discounted([of('p1', 3000), of('p2', 1000)], [percent('p3', 10), fixed('p3', 100)], plans)).toEqual(fraction(3500));
  expect(discounted([of('p2', 1000)], [percent('p1', 50)], plans)).toEqual(fraction(1000));
});

test('is never below 0, never above the price, and does not depend on the order', () => {
  const plan = fc.constantFrom('p1', 'p2', 'p3');
  const charges = fc.array(fc.tuple(fc.constantFrom('p1', 'p2'), fc.nat(5000)).map(([id, amount]) => of(id, amount)), { maxLength: 4 });
  const discounts = fc.array(fc.tuple(plan, fc.nat(120), fc.nat(3000)).map(([id, percentage, amount]) => ({ ...percent(id, percentage), amount: fraction(amount) })), { maxLength: 4 });
  fc.assert(fc.property(charges, discounts, (own, off) => {
    const left = discounted(own, off, plans);
    expect(compareFractions(left, ZERO)).toBeGreaterThanOrEqual(0);
    expect(compareFractions(left, discounted(own, [], plans))).toBeLessThanOrEqual(0);
    expect(discounted([...own].reverse(), [...off].reverse(), plans)).toEqual(left);
  }));
});
