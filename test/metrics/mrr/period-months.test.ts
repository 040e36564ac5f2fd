import { expect, test } from '@jest/globals';

import { fraction } from '../../../src/core/fraction.ts';
import { periodMonths } from '../../../src/metrics/mrr/period-months.ts';

test.each([
  ['Month', 1, 1],
  ['Quarter', 3, 1],
  ['Semi_Annual', 6, 1],
  ['Annual', 12, 1],
  ['Two_Years', 24, 1],
  ['Subscription Term', 7, 1],
  ['Week', 12, 52],
  ['4 Weeks', 48, 52],
  ['28 Days', 48, 52],
  ['10 Days', 120, 365],
])('periodMonths of %s is %d/%d', (period, top, bottom) => {
  expect(periodMonths(period, 7)).toEqual(fraction(top, bottom));
});

test.each([['Specific Months', 7], ['0 Months', 7], ['0 Days', 7], ['Subscription Term', null], [null, 7]])('periodMonths of %j with a term of %j is not known', (period, term) => {
  expect(periodMonths(period, term)).toBeUndefined();
});
