import { setTimeout as sleep } from 'node:timers/promises';

import pRetry from 'p-retry';

import { HubError } from '../errors.ts';

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** Upper bound of the first wait; it doubles with each try. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly capMs: number;
  readonly shouldRetry: (error: unknown) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the work until it succeeds, fails finally, or the tries are used up. Waits with full jitter: a random time
 * between zero and the growing bound, so that many processes do not come back in step.
 * @throws HubError interrupted if the signal ends it, otherwise the last error of the work
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, policy: RetryPolicy): Promise<T> {
  try {
    return await tryAgainAndAgain(work, policy);
  } catch (error) {
    if (policy.signal?.aborted !== true || error instanceof HubError) throw error;
    throw new HubError('interrupted', 'interrupted', 'The work was interrupted.', { cause: error });
  }
}

function tryAgainAndAgain<T>(work: (attempt: number) => Promise<T>, policy: RetryPolicy): Promise<T> {
  return pRetry(work, {
    retries: policy.retries,
    minTimeout: 0,
    maxTimeout: 0,
    shouldRetry: ({ error }) => policy.shouldRetry(error),
    onFailedAttempt: async ({ attemptNumber, retriesLeft, error }) => {
      if (retriesLeft === 0 || !policy.shouldRetry(error)) return;
      const bound = Math.min(policy.capMs, policy.baseMs * 2 ** (attemptNumber - 1));
      await sleep(Math.random() * bound, undefined, policy.signal ? { signal: policy.signal } : {});
    },
    ...(policy.signal ? { signal: policy.signal } : {}),
  });
}
