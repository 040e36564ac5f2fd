import { millisOf, parseInstant, startOfDay, toIso, type Instant } from '../../core/time.ts';
import { cursorAfter, cursorWindow } from '../api/cursor-window.ts';
import type { Extraction, Slice, Stream } from '../api/platform.ts';
import { splitWindow, windowSlices, type Days, type Window } from '../api/slices.ts';
import { planDays, splitDaySlice } from './day-plan.ts';
import type { ExtractState } from './extract-state.repository.ts';
import type { PlannedSlice, PlanRequest } from '../api/planned-slice.ts';

/** What a run asks a stream for, the oldest first (sources specification, engine 5 and 6). Nothing if it is not its time. */
export function planSlices(stream: Pick<Stream, 'disposition'>, extraction: Extraction, state: ExtractState, request: PlanRequest): PlannedSlice[] {
  const { cursor, days, everyMs } = extraction;
  if (days !== undefined) return planDays(days, state, request);
  const { now, start, range } = request;
  const before = state.cursor;
  const common = { cursorBefore: before, replaces: null, listedSince: null } as const;
  if (range !== undefined) {
    if (cursor === undefined) return [];
    return windowsOf(extraction, [range.from, range.to], true).map((window) => ({ ...common, slice: sliceOf(window, true), backfill: true, cursorAfter: null, extractedUntil: null }));
  }
  if (cursor === undefined) {
    if (everyMs !== undefined && state.swept_at !== null && millisOf(now) - millisOf(state.swept_at) < everyMs) return [];
    const all = { from: null, to: null, listing: true };
    return [{ slice: all, backfill: false, replaces: stream.disposition === 'snapshot' ? 'all' : null, cursorBefore: null, cursorAfter: null, extractedUntil: toIso(now), listedSince: null }];
  }
  const forgets = isForgotten(extraction, state, now);
  const listing = state.extracted_until === null || forgets;
  const known = before === null ? null : (parseInstant(before) ?? null);
  const window = cursorWindow(cursor, forgets ? null : known, startOfDay(start), now);
  if (window.until === null) return [{ ...common, slice: { from: toIso(window.from), to: null, listing }, backfill: false, cursorAfter: null, extractedUntil: toIso(window.limit) }];
  const windows = windowsOf(extraction, [window.from, window.until], listing);
  const listedSince = listing && extraction.remembersMs !== undefined ? ((forgets ? null : state.swept_at) ?? window.limit) : null;
  return windows.map((part, index) => {
    const isLast = index === windows.length - 1;
    // After a gap everything is listed anew, so only its end moves the cursor: a run that is cut begins again.
    const reached = isLast && listedSince !== null ? listedSince : isLast || !forgets ? cursorAfter({ ...window, until: part[1] }, known, null) : known;
    return { ...common, slice: sliceOf(part, listing), backfill: false, cursorAfter: reached === null ? null : toIso(reached), extractedUntil: isLast ? toIso(reached ?? part[1]) : null, listedSince: listedSince === null ? null : toIso(listedSince) };
  });
}

/** The two halves of a slice; undefined if it is the smallest. */
export function splitSlice(planned: PlannedSlice, extraction: Extraction): readonly [PlannedSlice, PlannedSlice] | undefined {
  if (extraction.days !== undefined && Array.isArray(planned.replaces)) return splitDaySlice(planned, planned.replaces as unknown as Days, extraction.days);
  const [from, to] = [planned.slice.from, planned.slice.to].map((text) => (text === null ? undefined : parseInstant(text)));
  const halves = from === undefined || to === undefined ? undefined : splitWindow([from, to], extraction.window?.smallestMs ?? 0);
  if (halves === undefined) return undefined;
  const [first, second] = halves;
  const moves = planned.cursorAfter !== null && planned.cursorAfter !== planned.cursorBefore;
  const middle = toIso(first[1]);
  const between = !moves || (planned.cursorBefore !== null && planned.cursorBefore > middle) ? planned.cursorBefore : middle;
  return [
    { ...planned, slice: sliceOf(first, planned.slice.listing), cursorAfter: between, extractedUntil: null },
    { ...planned, slice: sliceOf(second, planned.slice.listing), cursorBefore: between },
  ];
}

/** As it stands in the row of an open batch. */
export function planText({ slice, backfill, replaces, extractedUntil, listedSince }: PlannedSlice): string {
  return JSON.stringify({ ...slice, backfill, replaces, extracted_until: extractedUntil, listed_since: listedSince });
}

/** Back from the row. */
export function planOfRow(row: { readonly slice: string; readonly cursor_before: string | null; readonly cursor_after: string | null }): PlannedSlice {
  const { backfill, replaces, extracted_until: extractedUntil, listed_since: listedSince, ...slice } = JSON.parse(row.slice) as Slice & Record<'extracted_until' | 'listed_since', string | null> & Pick<PlannedSlice, 'backfill' | 'replaces'>;
  return { slice, backfill, replaces, extractedUntil, listedSince, cursorBefore: row.cursor_before, cursorAfter: row.cursor_after };
}

/** True if the platform has forgotten part of what changed since the stream was last complete. */
function isForgotten({ remembersMs }: Extraction, { extracted_until: until }: ExtractState, now: Instant): boolean {
  return remembersMs !== undefined && until !== null && millisOf(now) - millisOf(until) > remembersMs;
}

function windowsOf({ window, wholeListing }: Extraction, [from, to]: Window, listing: boolean): Window[] {
  if (from >= to) return [];
  return window === undefined || (listing && wholeListing === true) ? [[from, to]] : windowSlices(from, to, window.stepMs);
}

function sliceOf([from, to]: Window, listing: boolean): Slice {
  return { from: toIso(from), to: toIso(to), listing };
}
