import { addMillis, instantFromMillis, millisOf, type Instant } from '../../core/time.ts';

/** How a stream is asked for what changed since its last run. */
export interface Cursor {
  /** The field that it goes by, for people. */
  readonly field: string;
  /** The smallest step that the platform tells apart, in milliseconds. */
  readonly precisionMs: number;
  /** `strict`: the lower bound leaves its own value out. */
  readonly bound: 'strict' | 'inclusive';
  /** Asked for again each time: what may show late. */
  readonly overlapMs: number;
  /** Not asked for yet: what may not show so soon. */
  readonly lagMs: number;
  /** False: the platform takes no upper bound. */
  readonly upper: boolean;
}

/** What a run asks for: [from, until), until U, which is set when it starts. */
export interface CursorWindow {
  readonly from: Instant;
  /** Null where the platform takes no upper bound. */
  readonly until: Instant | null;
  /** U: the start of the run less the lag, rounded down. */
  readonly limit: Instant;
}

/**
 * The window of a run (sources specification, engine 6).
 * @param cursor null before the first run: then it begins with `start`
 */
export function cursorWindow({ precisionMs, bound, overlapMs, lagMs, upper }: Cursor, cursor: Instant | null, start: Instant, now: Instant): CursorWindow {
  const limit = roundedDown(addMillis(now, -lagMs), precisionMs);
  const lower = cursor === null ? start : addMillis(cursor, -overlapMs);
  return { from: bound === 'strict' ? addMillis(lower, -precisionMs) : lower, until: upper ? limit : null, limit };
}

/**
 * The cursor after a window: its end, not the greatest value seen, so that neither records dated ahead nor silent hours
 * move it wrongly. Only without an upper bound it is the greatest seen, and never beyond U. It never goes back.
 */
export function cursorAfter(window: CursorWindow, cursor: Instant | null, greatestSeen: Instant | null): Instant | null {
  const reached = window.until ?? (greatestSeen === null || greatestSeen < window.limit ? greatestSeen : window.limit);
  return reached === null || (cursor !== null && cursor > reached) ? cursor : reached;
}

function roundedDown(instant: Instant, stepMs: number): Instant {
  return instantFromMillis(Math.floor(millisOf(instant) / stepMs) * stepMs);
}
