import { HubError } from '../../core/errors.ts';
import type { Database, Transaction, TransactionOptions } from '../../db/database.ts';
import { isMarked, newCommitMark, writeCommitMark } from './commit-marks.repository.ts';
import { extendLeases, fence, type Lease } from './locks.repository.ts';

export interface FencedServices {
  readonly database: Database;
  readonly signal?: AbortSignal;
}

/**
 * Runs the work in one transaction that commits only while the run still holds its locks: a run that was thought dead
 * and comes back cannot overwrite what another one has written since. If the answer to the commit is lost, a mark in
 * the database tells whether it was made.
 * @throws HubError locked if a lease is lost: expired, or taken over by another run
 */
export function fencedTransaction<T>(
  { database, signal }: FencedServices,
  leases: readonly Lease[],
  work: (tx: Transaction) => Promise<T>,
  options: Pick<TransactionOptions<T>, 'rollbackIf'> = {},
): Promise<T> {
  const [first] = leases;
  let mark = first && newCommitMark(first.runId);
  const fenced = async (tx: Transaction): Promise<T> => {
    const result = await (database.dialect.concurrentWriters ? fencedAtTheEnd : fencedAtTheStart)(database, tx, leases, work);
    if (mark !== undefined) await writeCommitMark(tx, (mark = newCommitMark(mark.runId)));
    return result;
  };
  return database.write(fenced, {
    ...options,
    ...(signal === undefined ? {} : { signal }),
    isCommitted: (knex) => (mark === undefined ? Promise.resolve(false) : isMarked(database, knex, mark)),
  });
}

async function fencedAtTheEnd<T>(database: Database, tx: Transaction, leases: readonly Lease[], work: (tx: Transaction) => Promise<T>): Promise<T> {
  const result = await work(tx).catch((error: unknown) => reasonFor(error, database, tx, leases));
  await fence(database, tx, leases);
  return result;
}

/** With one writer nobody else can write from here to the commit, however long the work takes; nor can it renew its lease. */
async function fencedAtTheStart<T>(database: Database, tx: Transaction, leases: readonly Lease[], work: (tx: Transaction) => Promise<T>): Promise<T> {
  await fence(database, tx, leases);
  const result = await work(tx);
  await extendLeases(database, tx, leases);
  return result;
}

/** What another run has written since this one lost its locks looks like a fault of the data: then the loss is the reason. */
async function reasonFor(error: unknown, database: Database, tx: Transaction, leases: readonly Lease[]): Promise<never> {
  if (error instanceof HubError && error.kind === 'unexpected') {
    await fence(database, tx, leases).catch((loss: unknown) => {
      if (loss instanceof HubError && loss.code === 'lease_lost') throw loss;
    });
  }
  throw error;
}
