import { setTimeout as sleep } from 'node:timers/promises';

import { HubError } from '../../core/errors.ts';
import { addMillis, dateOf, startOfDay, type Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { missingOf, type Need } from './coverage.ts';
import { succeededSince } from './job-runs.repository.ts';

const POLL_MS = 5_000;

/**
 * Waits until the needed command has succeeded since the start of the UTC day, with all of the need.
 * @throws HubError not_fresh if it has not within `maxWaitMs`, naming what is missing
 */
export async function waitForCommand(database: Database, need: Need, maxWaitMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const { command } = need;
  const today = dateOf(clock.now());
  const deadline = addMillis(clock.now(), maxWaitMs);
  for (;;) {
    const missing = missingOf(need, await succeededSince(database, command, startOfDay(today)), today);
    if (missing.length === 0) return;
    if (clock.now() >= deadline) {
      throw new HubError('not_fresh', 'upstream_not_fresh', `${command} has not succeeded today (UTC) for ${missing.join(', ')}.`, {
        context: { command, missing: missing.join(','), max_wait_ms: maxWaitMs },
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
