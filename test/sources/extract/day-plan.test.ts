import { describe, expect, test } from '@jest/globals';

import { addMonths, type BatchId, type LocalDate } from '../../../src/core/time.ts';
import type { RestatedDays } from '../../../src/sources/api/platform.ts';
import type { PlannedSlice } from '../../../src/sources/api/planned-slice.ts';
import { finalAfter, planDays, reachesToday, splitDaySlice } from '../../../src/sources/extract/day-plan.ts';
import { NO_STATE, type ExtractState } from '../../../src/sources/extract/extract-state.repository.ts';
import { instantOf } from '../../support/suite/clock.ts';

const date = (text: string): LocalDate => text as LocalDate;
const days: RestatedDays = { step: 7, smallest: 1, restateDays: 28, oldest: (today) => addMonths(today, -37) };
const account = { start: date('2026-11-15'), zone: 'Europe/Zurich', restateDays: undefined };
const request = { ...account, now: instantOf('2026-11-28 23:30:00'), range: undefined };
const state = (changes: Partial<ExtractState>): ExtractState => ({ ...NO_STATE, ...changes });
const shown = (plan: readonly PlannedSlice[]) => plan.map(({ replaces, cursorAfter, extractedUntil }) => [replaces, cursorAfter, extractedUntil !== null]);

describe('the plan of days', () => {
  test('goes from the start to today in the zone of the account, and marks its way for a run that is cut', () => {
    expect(shown(planDays(days, NO_STATE, request))).toEqual([
      [['2026-11-15', '2026-11-22'], '2026-11-22', false],
      [['2026-11-22', '2026-11-29'], '2026-11-29', false],
      [['2026-11-29', '2026-11-30'], null, true],
    ]);
    expect(shown(planDays(days, state({ cursor: '2026-11-29' }), request))).toEqual([[['2026-11-29', '2026-11-30'], null, true]]);
  });

  test('between full passes asks for the last days alone, and leaves no mark', () => {
    const later = state({ swept_at: instantOf('2026-11-28 10:00:00'), final_until: date('2026-11-20') });
    expect(shown(planDays(days, later, request))).toEqual([[['2026-11-26', '2026-11-30'], null, false]]);
  });

  test('tells whether a slice that was left reaches to today in the zone of the account', () => {
    const [first, , last] = planDays(days, NO_STATE, request);
    if (first === undefined || last === undefined) throw new Error('no plan');
    expect([reachesToday(first, request), reachesToday(last, request)]).toEqual([false, true]);
    expect(reachesToday(last, { ...request, now: instantOf('2026-11-29 23:30:00') })).toBe(false);
    expect(reachesToday({ ...last, backfill: true }, request)).toBe(false);
  });

  test('an account without a zone is refused', () => {
    expect(() => planDays(days, NO_STATE, { ...request, zone: null })).toThrow(expect.objectContaining({ reason: expect.objectContaining({ scope: 'account', code: 'zone_unknown' }) }));
  });

  test('a backfill is cut at today and at what the platform tells of', () => {
    const range = { from: instantOf('2026-11-01 00:00:00'), to: instantOf('2027-01-01 00:00:00') };
    expect(planDays(days, NO_STATE, { ...request, range }).map(({ replaces, backfill }) => [replaces, backfill]).at(-1)).toEqual([['2026-11-29', '2026-11-30'], true]);
  });

  test('the halves of a slice replace their own days, the first marks the way to the second', () => {
    const [slice] = planDays(days, NO_STATE, request);
    if (slice === undefined) throw new Error('no slice');
    const halves = splitDaySlice(slice, [date('2026-11-15'), date('2026-11-22')], days);
    expect(shown(halves ?? [])).toEqual([[['2026-11-15', '2026-11-19'], '2026-11-19', false], [['2026-11-19', '2026-11-22'], '2026-11-22', false]]);
    expect(splitDaySlice(slice, [date('2026-11-15'), date('2026-11-16')], days)).toBeUndefined();
  });
});

describe('what is final after a batch', () => {
  const batch = '20261214T230000Z' as BatchId;
  const after = (before: string | null, from: string, to: string, restateDays?: number) => finalAfter(days, { ...account, restateDays }, before === null ? null : date(before), batch, [date(from), date(to)]);

  test('are the days from the start that the platform changes no more on the day of the batch in the zone', () => {
    expect(after(null, '2026-11-15', '2026-11-22')).toBe('2026-11-17');
    expect(after(null, '2026-11-15', '2026-11-22', 25)).toBe('2026-11-20');
    expect(after('2026-11-16', '2026-11-17', '2026-11-22')).toBe('2026-11-17');
  });

  test('is nothing behind a hole, and never less than before', () => {
    expect(after(null, '2026-11-16', '2026-11-22')).toBeNull();
    expect(after('2026-11-15', '2026-11-17', '2026-11-22')).toBe('2026-11-15');
    expect(after('2026-11-20', '2026-11-21', '2026-11-22')).toBe('2026-11-20');
  });
});
