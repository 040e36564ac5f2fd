import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { daysOfMonth, grains, periodOf, periodsIn, rangesOfMonths, wholePeriods } from '../../../src/metrics/aggregates/calendar.ts';

const date = (text: string): LocalDate => text as LocalDate;

test('a week begins on its Monday, also before 1970 and over the end of a year', () => {
  expect(['2026-01-04', '2026-01-05', '2026-01-11', '2024-12-31', '1969-12-28', '1970-01-04', '1970-01-05'].map((day) => periodOf('week', date(day)))).toEqual([
    '2025-12-29', '2026-01-05', '2026-01-05', '2024-12-30', '1969-12-22', '1969-12-29', '1970-01-05',
  ]);
});

test('the weeks of a month are whole', () => {
  expect(wholePeriods('week', daysOfMonth('2026-01'))).toEqual({ from: '2025-12-29', to: '2026-02-02' });
  expect(periodsIn('week', wholePeriods('week', daysOfMonth('2026-02')))).toEqual(['2026-01-26', '2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23']);
  expect(wholePeriods('month', { from: date('2026-01-31'), to: date('2026-02-02') })).toEqual({ from: '2026-01-01', to: '2026-03-01' });
});

test('every day of a range is in one of its periods', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 80 }), fc.constantFrom(...grains), (start, length, grain) => {
      const from = addDays(date('1980-01-01'), start);
      const range = wholePeriods(grain, { from, to: addDays(from, length) });
      const periods = new Set(periodsIn(grain, range));
      for (const day of periodsIn('day', range)) expect(periods.has(periodOf(grain, day))).toBe(true);
      expect(range.from <= from && range.to >= addDays(from, length)).toBe(true);
    }),
  );
});

test('months that follow each other are one range, also over the end of a year', () => {
  expect(rangesOfMonths([])).toEqual([]);
  expect(rangesOfMonths(['2024-11', '2024-12', '2025-01', '2025-03'])).toEqual([
    { from: '2024-11-01', to: '2025-02-01' },
    { from: '2025-03-01', to: '2025-04-01' },
  ]);
});
