import { addMillis, millisOf, parseHttpDate, type Instant } from '../../core/time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The waits between attempts (Standard Webhooks, "Retry schedule"): ten attempts over three days. */
export const defaultRetryMs: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
];

/** The most that a receiver's Retry-After can delay an attempt. */
const mostRetryAfterMs = 24 * HOUR;

const JITTER = 0.2;

/**
 * When a relay that failed is tried again; undefined if its tries are used up. The wait is that of the schedule ±20 %,
 * or what the receiver asked for if that is longer: asking for less must not use the tries up early.
 * @param tries how often it was tried, this failure included
 * @param random from 0 to 1
 */
export function nextAttempt(
  schedule: readonly number[],
  tries: number,
  retryAfterMs: number | undefined,
  now: Instant,
  random: () => number,
): Instant | undefined {
  const wait = schedule[tries - 1];
  if (wait === undefined) return undefined;
  const jittered = Math.floor(wait * (1 - JITTER + 2 * JITTER * random()));
  return addMillis(now, Math.max(jittered, retryAfterMs ?? 0));
}

/**
 * A Retry-After header (RFC 9110, 10.2.3) in milliseconds from now: seconds, with as many digits as it likes, or a date; at most 24 hours, at least
 * nothing. Undefined if there is none or it is neither.
 */
export function retryAfterOf(header: string | undefined, now: Instant): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * SECOND, mostRetryAfterMs);
  const date = parseHttpDate(text);
  if (date === undefined) return undefined;
  return Math.min(Math.max(millisOf(date) - millisOf(now), 0), mostRetryAfterMs);
}
