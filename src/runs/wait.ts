import { setTimeout as sleep } from 'node:timers/promises';

import { HubError } from '../core/errors.ts';
import { addMillis, dateOf, startOfDay, type Clock } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import { hasSucceededSince } from './job-runs.repository.ts';

const POLL_MS = 5_000;

/**
 * Waits until the command has succeeded since the start of the UTC day.
 * @throws HubError not_fresh if it has not within `maxWaitMs`
 */
export async function waitForCommand(
  database: Database,
  command: string,
  maxWaitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const today = startOfDay(dateOf(clock.now()));
  const deadline = addMillis(clock.now(), maxWaitMs);
  while (!(await hasSucceededSince(database, command, today))) {
    if (clock.now() >= deadline) {
      throw new HubError('not_fresh', 'upstream_not_fresh', `${command} has not succeeded today (UTC).`, {
        context: { command, max_wait_ms: maxWaitMs },
        nextStep: `Look at it with: hub runs list --command ${command}. Then run this command again, or leave --after out.`,
      });
    }
    try {
      await sleep(Math.min(POLL_MS, maxWaitMs), undefined, { signal });
    } catch (cause) {
      throw new HubError('interrupted', 'interrupted', 'Waiting was interrupted.', { cause });
    }
  }
}
