import { HubError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';
import type { Database, Transaction, TransactionOptions } from '../db/database.ts';
import { fence, type Lease } from './locks.repository.ts';

export interface FencedServices {
  readonly database: Database;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Runs the work in one transaction that commits only while the run still holds its locks: a run that was thought dead
 * and comes back cannot overwrite what another one has written since.
 * @throws HubError locked if another run has taken a lock over
 */
export function fencedTransaction<T>(
  { database, clock, signal }: FencedServices,
  leases: readonly Lease[],
  work: (tx: Transaction) => Promise<T>,
  options: Omit<TransactionOptions<T>, 'signal'> = {},
): Promise<T> {
  const fenced = async (tx: Transaction): Promise<T> => {
    const result = await work(tx).catch((error: unknown) => reasonFor(error, tx, leases, clock));
    await fence(tx, leases, clock);
    return result;
  };
  return database.transaction(fenced, signal === undefined ? options : { ...options, signal });
}

/** What another run has written since this one lost its locks looks like a fault of the data: then the loss is the reason. */
async function reasonFor(error: unknown, tx: Transaction, leases: readonly Lease[], clock: Clock): Promise<never> {
  if (error instanceof HubError && error.kind === 'unexpected') {
    await fence(tx, leases, clock).catch((loss: unknown) => {
      if (loss instanceof HubError && loss.code === 'lease_lost') throw loss;
    });
  }
  throw error;
}
