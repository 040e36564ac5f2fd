import { addMillis, type Instant } from '../../core/time.ts';

/** How a destination fares, over all runs and workers. */
export interface Health {
  /** Failures in a row. */
  readonly failures: number;
  /** Pauses in a row; the next one is longer. */
  readonly pauses: number;
  readonly pausedUntil: Instant | null;
  readonly disabledAt: Instant | null;
  readonly disabledReason: string | null;
}

export const healthy: Health = { failures: 0, pauses: 0, pausedUntil: null, disabledAt: null, disabledReason: null };

/** So many failures in a row pause a destination (relays.md). */
const failuresToPause = 10;

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** What an attempt says of its destination: it answered as it should, it failed, or it answered 410. */
export type Sign = 'success' | 'failure' | 'gone';

/**
 * The health after some attempts, in the order in which they ended. From the tenth failure in a row on, each further
 * one pauses the destination, twice as long as before, up to an hour; failures of requests that were already under way
 * when it was paused count for nothing more.
 */
export function healthAfter(before: Health, signs: readonly Sign[], now: Instant): Health {
  return signs.reduce((health, sign) => after(health, sign, now), before);
}

/** True if nothing may be sent now. */
export function isHalted(health: Health, now: Instant): boolean {
  return health.disabledAt !== null || isPaused(health, now);
}

export function isPaused(health: Health, now: Instant): boolean {
  return health.pausedUntil !== null && health.pausedUntil > now;
}

/** True if one relay must show that the destination is back before others follow. */
export function needsProbe(health: Health): boolean {
  return health.failures >= failuresToPause;
}

function after(health: Health, sign: Sign, now: Instant): Health {
  if (sign === 'gone') return { ...health, disabledAt: health.disabledAt ?? now, disabledReason: 'it answered 410 Gone' };
  if (sign === 'success') return { ...health, failures: 0, pauses: 0, pausedUntil: null };
  const failures = health.failures + 1;
  if (failures < failuresToPause || isPaused(health, now)) return { ...health, failures };
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(health.pauses, 20), LONGEST_PAUSE_MS);
  return { ...health, failures, pauses: health.pauses + 1, pausedUntil: addMillis(now, pauseMs) };
}
