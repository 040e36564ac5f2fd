import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { nelderMead } from '../../../src/metrics/prediction/nelder-mead.ts';

/** The valley of Rosenbrock: its minimum lies at 1, 1. */
const valley = ([x = 0, y = 0]: readonly number[]): number => (1 - x) ** 2 + 100 * (y - x * x) ** 2;

test('the minimum of a bent valley is found', () => {
  const { point, value, converged } = nelderMead(valley, [-1.2, 1]);
  expect(converged).toBe(true);
  expect(value).toBeLessThan(1e-8);
  expect(point[0]).toBeCloseTo(1, 3);
});

test('the minimum of a bowl is found from wherever it is looked for', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 4 }), fc.double({ min: -5, max: 5, noNaN: true }), (start, centre) => {
      const { point, converged } = nelderMead((at) => at.reduce((sum, x, index) => sum + (index + 1) * (x - centre) ** 2, 0), start);
      expect(converged).toBe(true);
      for (const x of point) expect(Math.abs(x - centre)).toBeLessThan(1e-3);
    }),
  );
});

test('a function without a minimum does not converge', () => {
  expect(nelderMead(([x = 0]) => -x, [0]).converged).toBe(false);
});
