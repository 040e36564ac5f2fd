import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { holdoutDay } from '../../../src/metrics/prediction/holdout-day.ts';

test.each([
  ['2020-01-01', '2025-12-31', '2025-06-30'],
  ['2025-09-01', '2025-12-01', '2025-11-01'],
  ['2025-12-01', '2025-12-01', '2025-12-01'],
])('observed from %s to %s, the model is tested after %s', (first, asOf, expected) => {
  expect(holdoutDay(first as LocalDate, asOf as LocalDate)).toBe(expected);
});
