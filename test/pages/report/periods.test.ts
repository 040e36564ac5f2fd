import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { grainFor, incompletePeriod, lastDayOf, periodOf, periodsBetween } from '../../../src/pages/report/declare/periods.ts';

const date = (text: string): LocalDate => text as LocalDate;
const days = fc.integer({ min: -20_000, max: 30_000 }).map((count) => addDays(date('1970-01-01'), count));

describe('periodOf', () => {
  test.each([
    ['2026-03-18', 'week', '2026-03-16'],
    ['2026-03-16', 'week', '2026-03-16'],
    ['2026-03-15', 'week', '2026-03-09'],
    ['1969-12-31', 'week', '1969-12-29'],
    ['2024-02-29', 'month', '2024-02'],
    ['2024-02-29', 'day', '2024-02-29'],
  ] as const)('%s lies in the %s %s', (day, grain, period) => {
    expect(periodOf(date(day), grain)).toBe(period);
  });

  test('each day lies in one period, whose last day lies in it too, and the day after does not', () => {
    fc.assert(
      fc.property(days, fc.constantFrom('day', 'week', 'month'), (day, grain) => {
        const last = lastDayOf(periodOf(day, grain), grain);
        expect(last >= day).toBe(true);
        expect(periodOf(last, grain)).toBe(periodOf(day, grain));
        expect(periodOf(addDays(last, 1), grain)).not.toBe(periodOf(day, grain));
      }),
    );
  });
});

test('periods between two days have no hole', () => {
  expect(periodsBetween(date('2025-12-30'), date('2026-01-12'), 'week')).toEqual(['2025-12-29', '2026-01-05', '2026-01-12']);
  expect(periodsBetween(date('2025-11-30'), date('2026-01-01'), 'month')).toEqual(['2025-11', '2025-12', '2026-01']);
});

test.each([
  [200, 'day'],
  [201, 'week'],
  [1_394, 'week'],
  [1_500, 'month'],
] as const)('%d days have the grain %s', (count, grain) => {
  expect(grainFor(date('2020-01-01'), addDays(date('2020-01-01'), count - 1), 'day')).toBe(grain);
});

test('a period is incomplete up to the day before its last', () => {
  expect(incompletePeriod(date('2026-03-30'), 'month')).toBe('2026-03');
  expect(incompletePeriod(date('2026-03-31'), 'month')).toBeUndefined();
  expect(incompletePeriod(date('2026-03-30'), 'day')).toBeUndefined();
});
