import { addDays, dateOf, instantOfBatch, millisOf, toIso, type BatchId, type LocalDate } from '../../core/time.ts';
import { dayIn } from '../../core/zone.ts';
import type { RestatedDays } from '../api/platform.ts';
import { finalUntil, restatedDays } from '../api/restate.ts';
import { daySlices, splitDays, type Days } from '../api/slices.ts';
import type { ExtractState } from './extract-state.repository.ts';
import type { DayAccount, PlannedSlice, PlanRequest } from '../api/planned-slice.ts';
import { Stopped } from './stop.ts';

const DAY_MS = 86_400_000;

/**
 * The days that a run asks for again, the oldest first (sources specification, engine 7): once in 24 hours all that are not
 * final, in between the last ones. While such a full pass is under way, the cursor is the day with which it goes on.
 * @throws Stopped if nobody knows in which zone the days are
 */
export function planDays(days: RestatedDays, state: ExtractState, { now, range, ...account }: PlanRequest): PlannedSlice[] {
  const today = dayIn(now, zoneOf(account));
  const first = firstDay(days, account, today);
  const common = { cursorBefore: state.cursor, listedSince: null } as const;
  if (range !== undefined) {
    const [from, to] = [later(dateOf(range.from), first), earlier(dateOf(range.to), addDays(today, 1))];
    return daySlices(from, to, days.step).map((part) => ({ ...common, slice: sliceOf(part), backfill: true, replaces: part, cursorAfter: null, extractedUntil: null }));
  }
  const full = state.swept_at === null || millisOf(now) - millisOf(state.swept_at) >= DAY_MS;
  const [open, to] = restatedDays(state.final_until, first, today, full);
  const from = later(open, full && state.cursor !== null ? later(first, state.cursor as LocalDate) : first);
  return daySlices(from, to, days.step).map((part) => {
    const goesOn = part[1] < to;
    return { ...common, slice: sliceOf(part), backfill: false, replaces: part, cursorAfter: full && goesOn ? part[1] : null, extractedUntil: full && !goesOn ? toIso(now) : null };
  });
}

/** True of a slice whose days reach to today: whoever has fetched it has asked for the newest days just now. */
export function reachesToday({ backfill, replaces }: PlannedSlice, { now, ...account }: PlanRequest): boolean {
  return !backfill && Array.isArray(replaces) && String(replaces[1]) > dayIn(now, zoneOf(account));
}

/** The two halves of a slice of days; undefined if it is the smallest. */
export function splitDaySlice(planned: PlannedSlice, [from, to]: Days, { smallest }: RestatedDays): readonly [PlannedSlice, PlannedSlice] | undefined {
  const halves = splitDays([from, to], smallest);
  if (halves === undefined) return undefined;
  const [first, second] = halves;
  const isFull = planned.cursorAfter !== null || planned.extractedUntil !== null;
  return [
    { ...planned, slice: sliceOf(first), replaces: first, cursorAfter: isFull ? first[1] : null, extractedUntil: null },
    { ...planned, slice: sliceOf(second), replaces: second, cursorBefore: isFull ? first[1] : planned.cursorBefore },
  ];
}

/** The last day up to which all are final once the batch has replaced its days; its id tells which day was today. */
export function finalAfter(days: RestatedDays, account: DayAccount, before: LocalDate | null, batch: BatchId, [from, to]: Days): LocalDate | null {
  const today = dayIn(instantOfBatch(batch), zoneOf(account));
  const first = firstDay(days, account, today);
  const open = before === null ? first : later(addDays(before, 1), first);
  const replaced = new Map(daySlices(from, to, 1).map(([day]) => [day, today]));
  return finalUntil(open, account.restateDays ?? days.restateDays, replaced) ?? before;
}

function firstDay({ oldest }: RestatedDays, { start }: DayAccount, today: LocalDate): LocalDate {
  return later(start, oldest(today));
}

function zoneOf({ zone }: DayAccount): string {
  if (zone !== null) return zone;
  throw new Stopped({ scope: 'account', transient: false, code: 'zone_unknown', message: 'Nothing says in which time zone the days of the account are.', next: 'Add zone to the account in hub.config.yaml.' });
}

function sliceOf([from, to]: Days): PlannedSlice['slice'] {
  return { from, to, listing: true };
}

const later = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);
