import { expect, test } from '@jest/globals';

import type { BatchId, LocalDate } from '../../../src/core/time.ts';
import { dayOfBatch, daysSince, isLate } from '../../../src/engine/runs/freshness.ts';

test('a feed is late from the second day after its newest batch on', () => {
  const newest = '20260316T235959Z' as BatchId;
  expect(dayOfBatch(newest)).toBe('2026-03-16');
  expect(['2026-03-16', '2026-03-17', '2026-03-18'].map((date) => [daysSince(newest, date as LocalDate), isLate(newest, date as LocalDate)])).toEqual([[0, false], [1, false], [2, true]]);
});
