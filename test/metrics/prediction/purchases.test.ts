import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { buyerAt } from '../../../src/metrics/prediction/purchases.ts';

const history = { customer: 'c', purchases: [['2025-01-01', 900], ['2025-01-15', 1_000], ['2025-02-05', 2_001]].map(([day, amount]) => ({ day: day as LocalDate, amount: amount as number })) };

test.each([
  ['2024-12-31', undefined],
  ['2025-01-01', { x: 0, tx: 0, T: 0, m: 0 }],
  ['2025-01-29', { x: 1, tx: 2, T: 4, m: 1_000 }],
  ['2025-02-12', { x: 2, tx: 5, T: 6, m: 1_500.5 }],
])('at the end of %s', (day, expected) => {
  expect(buyerAt(history, day as LocalDate)).toEqual(expected);
});
