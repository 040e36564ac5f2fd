import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { modelDay } from '../../../src/metrics/models/model-day.ts';

test.each([
  ['2026-03-18', '2026-02-28'],
  ['2026-03-01', '2026-02-28'],
  ['2026-03-31', '2026-02-28'],
  ['2024-03-01', '2024-02-29'],
  ['2026-01-01', '2025-12-31'],
])('as of %s models know all up to %s', (asOf, day) => {
  expect(modelDay(asOf as LocalDate)).toBe(day);
});
