import { expect, test } from '@jest/globals';

import { periodLength } from '../../../src/enriched/classify/billing-period.ts';

test.each([
  ['Month', { months: 1 }],
  ['Semi-Annual', { months: 6 }],
  ['Annual', { months: 12 }],
  ['Two Years', { months: 24 }],
  ['Subscription Term', 'term'],
  ['4 Weeks', { days: 28 }],
  ['Month 3', { months: 3 }],
  ['Specific Months', null],
  ['sometimes', null],
  ['', null],
  [null, null],
])('periodLength of %j is %j', (billingPeriod, length) => {
  expect(periodLength(billingPeriod)).toEqual(length);
});
