import { describe, expect, test } from '@jest/globals';

import { addDays, type LocalDate } from '../../src/core/time.ts';
import { lastCompleteWeek, weekNamed, weekOf, weeksBefore } from '../../src/digest/week.ts';

const day = (text: string): LocalDate => text as LocalDate;

describe('an ISO week', () => {
  test.each([
    ['2026-03-18', '2026-W12', '2026-03-16', '2026-03-22'],
    ['2021-01-03', '2020-W53', '2020-12-28', '2021-01-03'],
    ['2024-12-30', '2025-W01', '2024-12-30', '2025-01-05'],
    ['2026-12-31', '2026-W53', '2026-12-28', '2027-01-03'],
    ['2023-01-01', '2022-W52', '2022-12-26', '2023-01-01'],
  ])('of %s is %s', (date, name, from, to) => {
    expect(weekOf(day(date))).toEqual({ name, from, to });
    expect(weekNamed(name)).toEqual({ name, from, to });
  });

  test('has each day of twenty years in the week of its name', () => {
    for (let date = day('2015-01-01'); date < '2035-01-01'; date = addDays(date, 1)) {
      const week = weekOf(date);
      if (date < week.from || date > week.to || weekNamed(week.name).from !== week.from) throw new Error(date);
    }
  });

  test.each(['2026-12', '2026-W00', '2025-W53', '2026-W54', 'W12', '2026-w12'])('%s is none', (name) => {
    expect(() => weekNamed(name)).toThrow(expect.objectContaining({ kind: 'usage', code: 'invalid_week' }));
  });

  test('is complete when its Sunday is over', () => {
    expect(lastCompleteWeek(day('2026-03-22')).name).toBe('2026-W11');
    expect(lastCompleteWeek(day('2026-03-23')).name).toBe('2026-W12');
    expect(weeksBefore(weekNamed('2026-W02'), 3).map(({ name }) => name)).toEqual(['2026-W01', '2025-W52', '2025-W51']);
  });
});
