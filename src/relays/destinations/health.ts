import { addMillis, type Instant } from '../../core/time.ts';

/** How a destination fares, over all runs and workers. */
export interface Health {
  /** Failures in a row. */
  readonly failures: number;
  /** Pauses in a row; the next one is longer. */
  readonly pauses: number;
  readonly pausedUntil: Instant | null;
  /** So long the receiver asked for nothing (Retry-After), whatever succeeds meanwhile. */
  readonly heldUntil: Instant | null;
  readonly disabledAt: Instant | null;
  readonly disabledReason: string | null;
}

export const healthy: Health = { failures: 0, pauses: 0, pausedUntil: null, heldUntil: null, disabledAt: null, disabledReason: null };

/** So many failures in a row pause a destination (relays.md). */
const failuresToPause = 10;

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** A failure with the wish not to be called again before. */
export interface Hold {
  readonly until: Instant;
}

/** What an attempt says of its destination: it answered as it should, it failed, asked to wait, or is gone (410; 404 where that says so). */
export type Sign = 'success' | 'failure' | 'gone' | 'not_found' | Hold;

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
  return health.disabledAt !== null || isPaused(health, now) || isHeld(health, now);
}

/** True if the receiver asked for nothing until later. */
export function isHeld(health: Health, now: Instant): boolean {
  return health.heldUntil !== null && health.heldUntil > now;
}

/** The health as it counts for who does not want to wait: a pause or hold from before is over. */
export function withoutWaits(health: Health): Health {
  return { ...health, pausedUntil: null, heldUntil: null };
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
  if (sign === 'not_found') return { ...health, disabledAt: health.disabledAt ?? now, disabledReason: 'it answered 404 Not Found' };
  if (sign === 'success') return { ...health, failures: 0, pauses: 0, pausedUntil: null };
  if (sign !== 'failure') {
    const held = health.heldUntil !== null && health.heldUntil > sign.until ? health.heldUntil : sign.until;
    return { ...after(health, 'failure', now), heldUntil: held };
  }
  const failures = health.failures + 1;
  if (failures < failuresToPause || isPaused(health, now)) return { ...health, failures };
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(health.pauses, 20), LONGEST_PAUSE_MS);
  return { ...health, failures, pauses: health.pauses + 1, pausedUntil: addMillis(now, pauseMs) };
}
