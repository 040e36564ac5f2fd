import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { Extraction } from '../../../src/sources/api/platform.ts';
import { NO_STATE } from '../../../src/sources/extract/extract-state.repository.ts';
import { planOfRow, planSlices, planText, splitSlice } from '../../../src/sources/extract/slice-plan.ts';
import { instantOf } from '../../support/suite/clock.ts';

const HOUR = 3_600_000;
const request = { now: instantOf('2026-11-28 10:00:00'), start: '2026-11-26' as LocalDate, zone: null, restateDays: undefined, range: undefined };
const extraction: Extraction = {
  cursor: { field: 'created', precisionMs: 1_000, bound: 'inclusive', overlapMs: HOUR, lagMs: 0, upper: true },
  window: { stepMs: 24 * HOUR, smallestMs: HOUR },
  fetch: () => ({ kind: 'pages', request: { method: 'GET', url: '/' }, paginator: { kind: 'none' }, records: { kind: 'json', path: '' } }),
};
const versioned = { disposition: 'versioned' } as const;

describe('the plan of a stream', () => {
  test('lists from the start in days at first, and moves the cursor with each', () => {
    const plan = planSlices(versioned, extraction, NO_STATE, request);
    expect(plan.map(({ slice, cursorAfter, extractedUntil }) => [slice.from, slice.to, slice.listing, cursorAfter, extractedUntil])).toEqual([
      ['2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z', true, '2026-11-27T00:00:00.000Z', null],
      ['2026-11-27T00:00:00.000Z', '2026-11-28T00:00:00.000Z', true, '2026-11-28T00:00:00.000Z', null],
      ['2026-11-28T00:00:00.000Z', '2026-11-28T10:00:00.000Z', true, '2026-11-28T10:00:00.000Z', '2026-11-28T10:00:00.000Z'],
    ]);
  });

  test('asks for what changed since, with the overlap, and nothing where no time has passed', () => {
    const state = { ...NO_STATE, cursor: '2026-11-28T06:00:00.000Z', extracted_until: instantOf('2026-11-28 06:00:00') };
    expect(planSlices(versioned, extraction, state, request)).toMatchObject([{ slice: { from: '2026-11-28T05:00:00.000Z', to: '2026-11-28T10:00:00.000Z', listing: false }, cursorAfter: '2026-11-28T10:00:00.000Z' }]);
    expect(planSlices(versioned, extraction, { ...state, cursor: '2026-11-28T12:00:00.000Z' }, request)).toEqual([]);
  });

  test('lists anew what the platform has forgotten, and moves the cursor at its end only', () => {
    const remembering = { ...extraction, remembersMs: 24 * HOUR };
    const state = { ...NO_STATE, cursor: '2026-11-26T12:00:00.000Z', extracted_until: instantOf('2026-11-26 12:00:00') };
    const plan = planSlices(versioned, remembering, state, request);
    expect(plan.map(({ slice, cursorAfter }) => [slice.listing, cursorAfter])).toEqual([
      [true, '2026-11-26T12:00:00.000Z'],
      [true, '2026-11-26T12:00:00.000Z'],
      [true, '2026-11-28T10:00:00.000Z'],
    ]);
  });

  test('goes on with the changes from where a listing began', () => {
    const remembering = { ...extraction, remembersMs: 24 * HOUR };
    const state = { ...NO_STATE, cursor: '2026-11-28T00:00:00.000Z', swept_at: instantOf('2026-11-27 22:00:00') };
    expect(planSlices(versioned, remembering, state, request)).toMatchObject([{ slice: { listing: true, to: '2026-11-28T10:00:00.000Z' }, cursorAfter: '2026-11-27T22:00:00.000Z', listedSince: '2026-11-27T22:00:00.000Z' }]);
  });

  test('asks for a snapshot as a whole, as often as it is due', () => {
    const { fetch } = extraction;
    const snapshot = { disposition: 'snapshot' } as const;
    expect(planSlices(snapshot, { fetch }, NO_STATE, request)).toMatchObject([{ slice: { from: null, to: null, listing: true }, replaces: 'all' }]);
    const weekly = { fetch, everyMs: 7 * 24 * HOUR };
    expect(planSlices(snapshot, weekly, { ...NO_STATE, swept_at: instantOf('2026-11-24 10:00:00') }, request)).toEqual([]);
    expect(planSlices(snapshot, weekly, { ...NO_STATE, swept_at: instantOf('2026-11-21 10:00:00') }, request)).toHaveLength(1);
  });

  test('of a backfill has its days and leaves the state', () => {
    const range = { from: instantOf('2026-11-01'), to: instantOf('2026-11-03') };
    const plan = planSlices(versioned, extraction, { ...NO_STATE, cursor: '2026-11-28T06:00:00.000Z' }, { ...request, range });
    expect(plan).toMatchObject([{ backfill: true, cursorAfter: null }, { backfill: true, slice: { from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' } }]);
    expect(planSlices({ disposition: 'snapshot' }, { fetch: extraction.fetch }, NO_STATE, { ...request, range })).toEqual([]);
  });

  test('is divided in two where a slice is too large, down to the smallest', () => {
    const [first] = planSlices(versioned, extraction, NO_STATE, request);
    if (first === undefined) throw new Error('no slice');
    const halves = splitSlice(first, extraction);
    expect(halves?.map(({ slice, cursorAfter }) => [slice.from, slice.to, cursorAfter])).toEqual([
      ['2026-11-26T00:00:00.000Z', '2026-11-26T12:00:00.000Z', '2026-11-26T12:00:00.000Z'],
      ['2026-11-26T12:00:00.000Z', '2026-11-27T00:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    ]);
    expect(splitSlice({ ...first, slice: { ...first.slice, to: '2026-11-26T01:00:00.000Z' } }, extraction)).toBeUndefined();
  });

  test('comes back from its row as it was', () => {
    for (const planned of planSlices(versioned, { ...extraction, remembersMs: HOUR }, NO_STATE, request)) {
      expect(planOfRow({ slice: planText(planned), cursor_before: planned.cursorBefore, cursor_after: planned.cursorAfter })).toEqual(planned);
    }
  });
});
