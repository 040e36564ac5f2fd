import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { add, compareFractions, divide, fraction, multiply, ONE, roundHalfEven, subtract, sumOfFractions, ZERO, type Fraction } from '../../src/core/fraction.ts';

const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
const ratio = fc.tuple(whole, whole.filter((value) => value !== 0)).map(([top, bottom]) => fraction(top, bottom));

describe('a fraction', () => {
  test('is in lowest terms, its sign above', () => {
    expect(fraction(10, -4)).toEqual({ numerator: -5n, denominator: 2n });
    expect(fraction(0, 7)).toEqual(ZERO);
    expect(() => fraction(1, 0)).toThrow(RangeError);
  });

  test('is exact where floats are not', () => {
    expect(add(fraction(1, 10), fraction(2, 10))).toEqual(fraction(3, 10));
    expect(sumOfFractions(Array.from({ length: 3 }, () => fraction(1, 3)))).toEqual(ONE);
  });

  test('can be taken back: a + b − b and a × b ÷ b are a', () => {
    fc.assert(fc.property(ratio, ratio, (a, b) => {
      expect(subtract(add(a, b), b)).toEqual(a);
      if (b.numerator !== 0n) expect(divide(multiply(a, b), b)).toEqual(a);
      expect(compareFractions(a, b) + compareFractions(b, a)).toBe(0);
    }));
  });
});

describe('roundHalfEven', () => {
  test.each<[Fraction, number]>([
    [fraction(3341, 2), 1670],
    [fraction(3343, 2), 1672],
    [fraction(-3341, 2), -1670],
    [fraction(-1, 3), 0],
    [fraction(2500, 3), 833],
    [fraction(5000, 3), 1667],
  ])('of %j is %d', (value, rounded) => {
    expect(Object.is(roundHalfEven(value), rounded)).toBe(true);
  });

  test('is never farther away than a half', () => {
    fc.assert(fc.property(ratio, (value) => {
      const distance = subtract(value, fraction(roundHalfEven(value)));
      expect(compareFractions(multiply(distance, distance), fraction(1, 4))).toBeLessThanOrEqual(0);
    }));
  });

  test('refuses what a number cannot hold', () => {
    expect(() => roundHalfEven(fraction(2n ** 53n))).toThrow(RangeError);
  });
});
