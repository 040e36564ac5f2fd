import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { halfEven, halfEvenShare } from '../../src/core/half-even.ts';

test('a half goes to the even neighbour, on both sides of zero', () => {
  expect([500, 1500, 2500, -500, -1500].map((amount) => halfEvenShare(amount, 100, 800))).toEqual([62, 188, 312, -62, -188]);
  expect([halfEvenShare(5, 1, 2), halfEvenShare(7, 1, 2), halfEvenShare(-7, 1, 2), halfEvenShare(7, -1, 2), halfEvenShare(7, 1, -2)]).toEqual([2, 4, -4, -4, -4]);
});

test('a part of nothing is nothing, and never a negative zero', () => {
  expect([halfEvenShare(5, 3, 0), halfEvenShare(0, -3, 7), halfEvenShare(-1, 1, 1000)].every((share) => Object.is(share, 0))).toBe(true);
});

test('the share is the nearest whole number, also where the product is beyond what a number holds', () => {
  const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(fc.maxSafeInteger(), whole, whole, (amount, part, all) => {
      const [own, total] = part <= all ? [part, all] : [all, part];
      const distance = 2n * (BigInt(halfEvenShare(amount, own, total)) * BigInt(total) - BigInt(amount) * BigInt(own));
      expect(distance <= BigInt(total) && distance >= -BigInt(total)).toBe(true);
    }),
  );
});

test.each([[0.5, 0], [1.5, 2], [2.5, 2], [-0.5, 0], [-1.5, -2], [2.4999, 2], [2.5001, 3], [-0.2, 0], [7, 7]])('%d is rounded to %d', (value, expected) => {
  expect(halfEven(value)).toBe(expected);
});
