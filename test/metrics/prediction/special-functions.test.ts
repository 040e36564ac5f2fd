import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { hypergeometric } from '../../../src/metrics/prediction/hypergeometric.ts';
import { logBeta, logGamma } from '../../../src/metrics/prediction/log-gamma.ts';

test('the gamma function of whole numbers is a factorial, and of a half the root of π', () => {
  expect(Math.exp(logGamma(1))).toBeCloseTo(1, 13);
  expect(Math.exp(logGamma(7))).toBeCloseTo(720, 9);
  expect(Math.exp(logGamma(0.5))).toBeCloseTo(Math.sqrt(Math.PI), 13);
});

test('Γ(x + 1) = x Γ(x), also for very small and very large x', () => {
  fc.assert(
    fc.property(fc.double({ min: -14, max: 14, noNaN: true }), (log) => {
      const x = Math.exp(log);
      expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThanOrEqual(1e-13 * Math.max(10, Math.abs(logGamma(x + 1))));
    }),
  );
});

test('the beta function is symmetric, and B(1, b) is 1 ÷ b', () => {
  expect(logBeta(2.5, 0.3)).toBe(logBeta(0.3, 2.5));
  expect(Math.exp(logBeta(1, 8))).toBeCloseTo(1 / 8, 13);
});

test('the hypergeometric function is the power and the logarithm that it contains', () => {
  expect(hypergeometric(0.7, 3, 3, 0.4)).toBeCloseTo(0.6 ** -0.7, 12);
  expect(hypergeometric(1, 1, 2, 0.999)).toBeCloseTo(-Math.log(0.001) / 0.999, 9);
  expect(hypergeometric(2, 3, 4, 0)).toBe(1);
});

test('the hypergeometric function says that a series has no end', () => {
  expect(hypergeometric(2, 3, 4, 1)).toBeNaN();
});
