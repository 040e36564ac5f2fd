import { HubError } from '../core/errors.ts';
import { addMillis, millisOf, parseDuration, parseInstant, type Instant } from '../core/time.ts';

const EVER = '1000-01-01 00:00:00.000000' as Instant;

/**
 * The instant that --since names: a date (its midnight, UTC), an instant in ISO 8601, or a duration before now.
 * @throws HubError usage if it is none of them
 */
export function sinceOf(text: string, now: Instant): Instant {
  const duration = parseDuration(text);
  const since = duration === undefined ? parseInstant(text) : addMillis(now, -Math.min(duration, millisOf(now) - millisOf(EVER)));
  if (since !== undefined) return since;
  throw new HubError('usage', 'invalid_since', `"${text}" is no value of --since.`, {
    nextStep: 'Give a date (2026-03-01), an instant in ISO 8601 (2026-03-01T05:00:00Z), or how long ago (90m, 24h, 7d).',
  });
}
