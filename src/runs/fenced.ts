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
    const result = await work(tx);
    await fence(tx, leases, clock);
    return result;
  };
  return database.transaction(fenced, signal === undefined ? options : { ...options, signal });
}
