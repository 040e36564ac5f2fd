import { expect, test } from '@jest/globals';

import { correlationOf } from '../../../src/metrics/prediction/correlation.ts';

test('amounts that grow with the number of purchases are correlated with it, weighted by customers', () => {
  expect(correlationOf([{ x: 1, m: 10, customers: 3 }, { x: 2, m: 20, customers: 1 }])).toBeCloseTo(1, 12);
  expect(correlationOf([{ x: 1, m: 10, customers: 1 }, { x: 2, m: 20, customers: 1 }, { x: 3, m: 10, customers: 1 }])).toBeCloseTo(0, 12);
});

test('who never came back is left out, and what never varies is no correlation', () => {
  expect(correlationOf([{ x: 0, m: 0, customers: 50 }, { x: 1, m: 10, customers: 3 }])).toBe(0);
  expect(correlationOf([])).toBe(0);
});
