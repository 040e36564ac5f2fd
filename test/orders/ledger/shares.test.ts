import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { shares } from '../../../src/orders/ledger/shares.ts';

test.each([
  ['a third each, the odd unit to the first', 100, [1, 1, 1], [34, 33, 33]],
  ['the units that are left to the largest fractions', 100, [1, 2, 4], [14, 29, 57]],
  ['two thirds and a third', 1001, [2000, 1000], [667, 334]],
  ['nothing to what weighs nothing', 5, [0, 3, 0], [0, 5, 0]],
  ['nothing of nothing', 0, [1, 2], [0, 0]],
  ['nothing where nothing weighs anything', 7, [0, 0], [0, 0]],
])('divides %s', (_how, amount, weights, expected) => expect(shares(amount, weights)).toEqual(expected));

test('is exact where the products are beyond what a number holds', () => {
  expect(shares(9_007_199_254_740_991, [3, 3, 3])).toEqual([3_002_399_751_580_331, 3_002_399_751_580_330, 3_002_399_751_580_330]);
});

test('adds up to the amount, and gives no share more than its weight as long as the amount does not exceed their sum', () => {
  const weights = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 8 }).filter((each) => each.some((weight) => weight > 0));
  fc.assert(
    fc.property(weights, fc.nat(200_000), (each, amount) => {
      const parts = shares(amount, each);
      const sum = each.reduce((total, weight) => total + weight, 0);
      expect(parts.reduce((total, part) => total + part, 0)).toBe(amount);
      if (amount <= sum) expect(parts.every((part, i) => part <= (each[i] ?? 0))).toBe(true);
    }),
  );
});
