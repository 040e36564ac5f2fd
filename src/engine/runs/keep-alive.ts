import { HubError } from '../../core/errors.ts';
import { startTimer } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { fence, LEASE_MS, leaseExpired, type Lease } from './locks.repository.ts';

const RENEW_EVERY_MS = 15_000;

/** The leases of a run under way. */
export interface LeaseKeeper {
  /** Fires when a lease is lost, with the error that says which and why. */
  readonly signal: AbortSignal;
  /** Keeps one more lease. */
  add(lease: Lease): void;
  /** Ends the renewing. */
  stop(): Promise<void>;
}

/**
 * Renews leases in the background and notices when one is lost: taken over, ended by somebody who found it expired, or
 * not renewed for as long as it lasts because the database cannot be reached.
 */
export function keepAlive(database: Database, leases: readonly Lease[], renewEveryMs = RENEW_EVERY_MS): LeaseKeeper {
  const kept = [...leases];
  const lost = new AbortController();
  const stopped = new AbortController();
  let sinceRenewed = startTimer();
  let renewing: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    const started = startTimer();
    try {
      await database.write((tx) => fence(database, tx, kept), { signal: stopped.signal });
      sinceRenewed = started;
    } catch (error) {
      if (error instanceof HubError && error.code === 'lease_lost') lost.abort(error);
    }
  };
  const timer = setInterval(() => {
    const [first] = kept;
    // With one writer a renewal waits for the very transaction that it protects, which extends the lease itself.
    if (database.dialect.concurrentWriters && first !== undefined && sinceRenewed() > LEASE_MS) lost.abort(leaseExpired(first.name, first.runId));
    renewing ??= renew().finally(() => (renewing = undefined));
  }, renewEveryMs);
  timer.unref();
  return {
    signal: lost.signal,
    add: (lease) => void kept.push(lease),
    async stop() {
      clearInterval(timer);
      stopped.abort();
      await renewing;
    },
  };
}
