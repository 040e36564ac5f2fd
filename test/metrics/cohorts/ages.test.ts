import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, addMonths, type LocalDate } from '../../../src/core/time.ts';
import { ageOf, completeAges } from '../../../src/metrics/cohorts/ages.ts';

const date = (text: string): LocalDate => text as LocalDate;

test('a month that is too short begins the next age on its last day', () => {
  expect(['2025-02-27', '2025-02-28', '2025-03-30', '2025-03-31', '2024-12-01'].map((day) => ageOf(date('2025-01-31'), date(day)))).toEqual([0, 1, 1, 2, 0]);
});

test('an age is the largest number of months that have passed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 1500 }), (start, days) => {
      const from = addDays(date('2023-12-29'), start);
      const to = addDays(from, days);
      const age = ageOf(from, to);
      expect(addMonths(from, age) <= to && addMonths(from, age + 1) > to).toBe(true);
    }),
  );
});

test('an age is complete when its last day, or its first, has come for the whole month', () => {
  const asOf = ['2025-03-30', '2025-03-31', '2025-04-29', '2025-04-30'].map(date);
  expect(asOf.map((day) => completeAges('2025-03', day, 1))).toEqual([0, 0, 0, 1]);
  expect(asOf.map((day) => completeAges('2025-03', day, 0))).toEqual([0, 1, 1, 2]);
});
