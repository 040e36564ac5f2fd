import { HubError } from '../core/errors.ts';
import { parseDuration } from '../core/time.ts';

const MOST_WAIT_MS = 24 * 60 * 60 * 1_000;

/** How long a command waits for others, in milliseconds: a day at most. @throws HubError usage */
export function waitingTime(text: string): number {
  const wait = parseDuration(text);
  if (wait !== undefined && wait > MOST_WAIT_MS) {
    throw new HubError('usage', 'invalid_duration', `"${text}" is longer than a day.`, { nextStep: 'Wait for 24h at most: --after asks for what has succeeded today (UTC).' });
  }
  if (wait !== undefined) return wait;
  throw new HubError('usage', 'invalid_duration', `"${text}" is no duration.`, { nextStep: 'Give a number with a unit: 90s, 30m, 2h.' });
}
