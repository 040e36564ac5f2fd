import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, addMonths, type LocalDate } from '../../../src/core/time.ts';
import { completedPeriods, spellAt } from '../../../src/metrics/prediction/spell.ts';

const spell = (from: string, churned: string | null) => ({ customer: 'c', from: from as LocalDate, churned: churned as LocalDate | null });
const DAY = '2025-12-31' as LocalDate;

test.each([
  ['there: censored at its age', null, { lost: false, periods: 11 }],
  ['a churn on the anniversary is lost in that period', '2025-04-15', { lost: true, periods: 3 }],
  ['a churn within a period is lost in it', '2025-04-16', { lost: true, periods: 4 }],
  ['a churn before the first anniversary is lost in the first period', '2025-01-20', { lost: true, periods: 1 }],
  ['a churn on the first day is lost in the first period', '2025-01-15', { lost: true, periods: 1 }],
  ['a churn that has not come yet', '2026-01-15', { lost: false, periods: 11 }],
])('%s', (_title, churned, expected) => {
  expect(spellAt(spell('2025-01-15', churned), 1, DAY)).toEqual(expected);
});

test('the anniversary of the last of a month is the last of a shorter one', () => {
  expect(spellAt(spell('2025-01-31', '2025-02-28'), 1, DAY)).toEqual({ lost: true, periods: 1 });
  expect(spellAt(spell('2024-11-30', '2025-02-28'), 3, DAY)).toEqual({ lost: true, periods: 1 });
});

test('so many periods are completed as fit between two days', () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(4_000), fc.constantFrom(1, 3, 6, 12), (start, length, months) => {
      const from = addDays('2019-01-01' as LocalDate, start);
      const to = addDays(from, length);
      const periods = completedPeriods(from, to, months);
      expect(addMonths(from, periods * months) <= to && addMonths(from, (periods + 1) * months) > to).toBe(true);
    }),
  );
});
