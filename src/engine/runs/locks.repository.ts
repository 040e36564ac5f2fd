import { hostname } from 'node:os';

import { HubError, codeOf } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { addMillis, toIso, type Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { dropCommitMarks } from './commit-marks.repository.ts';

/** The right to write under a name until it expires; the token rises with every holder. */
export interface Lease {
  readonly name: string;
  readonly token: number;
  readonly runId: RunId;
}

interface LockRow {
  name: string;
  token: number;
  run_id: RunId | null;
  host: string | null;
  pid: number | null;
  acquired_at: Instant | null;
  /** By the clock of the database, which is the same for all who ask. */
  expires_at: Instant;
}

export const LEASE_MS = 60_000;
const NEVER = '1000-01-01 00:00:00.000000' as Instant;

/**
 * Takes the lock, or fails at once. A lease that expired, or whose process on this machine is gone, is taken over.
 * @throws HubError locked, saying who holds it and until when
 */
export async function acquireLock(database: Database, name: string, runId: RunId): Promise<Lease> {
  // Asked first without writing: on SQLite a write would wait for the very run that holds the lock.
  const now = await database.read((knex) => database.dialect.now(knex));
  const holder = await database.read((knex) => knex<LockRow>('job_locks').where({ name }).first());
  if (holder !== undefined && isHeld(holder, now)) throw lockedBy(holder);
  return database.write(async (tx) => {
    await tx<LockRow>('job_locks').insert({ name, token: 0, expires_at: NEVER }).onConflict('name').merge(['name']);
    const held = await rowOf(database, tx, name);
    const at = await database.dialect.now(tx);
    // Taken already, by a try whose commit was not answered.
    if (held.run_id === runId && held.expires_at > at) return { name, token: held.token, runId };
    if (isHeld(held, at)) throw lockedBy(held);
    const token = held.token + 1;
    const taken = await tx<LockRow>('job_locks')
      .where({ name, token: held.token })
      .update({ token, run_id: runId, host: hostname(), pid: process.pid, acquired_at: at, expires_at: addMillis(at, LEASE_MS) });
    if (taken !== 1) throw lockedBy(await rowOf(database, tx, name));
    if (held.run_id !== null) await dropCommitMarks(tx, [held.run_id]);
    return { name, token, runId };
  });
}

/**
 * Takes the first free one of several locks with one name, for commands of which several runs may work at once.
 * @throws HubError locked if none is free
 */
export async function acquireSlot(database: Database, name: string, slots: number, runId: RunId): Promise<Lease> {
  for (let slot = 1; ; slot++) {
    try {
      return await acquireLock(database, `${name}/${slot}`, runId);
    } catch (error) {
      if (slot >= slots || !(error instanceof HubError && error.kind === 'locked')) throw error;
    }
  }
}

/**
 * Proves inside a transaction that the leases still hold, and extends them. A lease that expired is lost even if nobody
 * has taken it over: others may have counted the run as gone and moved on past its changes. The rows stay locked until
 * the commit, so nobody can take over or declare the run gone in between.
 * @throws HubError locked if a lease is lost: the transaction must roll back
 */
export async function fence(database: Database, tx: Transaction, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return;
  const now = await database.dialect.now(tx);
  for (const lease of leases) {
    const kept = await tx<LockRow>('job_locks')
      .where({ name: lease.name, token: lease.token, run_id: lease.runId })
      .where('expires_at', '>', now)
      .update({ expires_at: addMillis(now, LEASE_MS) });
    if (kept !== 1) throw lostLease(lease, await tx<LockRow>('job_locks').where({ name: lease.name }).first());
  }
}

/** Extends leases that fence() has found to hold, in a transaction beside which nobody can have written since. */
export async function extendLeases(database: Database, tx: Transaction, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return;
  const until = addMillis(await database.dialect.now(tx), LEASE_MS);
  for (const { name, token } of leases) await tx<LockRow>('job_locks').where({ name, token }).update({ expires_at: until });
}

/** Gives the locks back; those lost to another run are left alone. */
export async function releaseLocks(database: Database, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return;
  await database.write(async (tx) => {
    for (const lease of leases) {
      await tx<LockRow>('job_locks').where({ name: lease.name, token: lease.token }).update({ expires_at: NEVER });
    }
    await dropCommitMarks(tx, [...new Set(leases.map(({ runId }) => runId))]);
  });
}

/** The runs that hold a lock now, to look at. Who decides by it that a run is gone asks `declareGone`. */
export async function liveRuns(database: Database): Promise<Set<string>> {
  return database.read(async (knex) => {
    const now = await database.dialect.now(knex);
    return liveOf(await knex<LockRow>('job_locks'), now);
  });
}

/**
 * The runs that hold a lock; all others are gone for good. A lease that expired is ended by a write, so a run that
 * comes back late finds it ended, and one that is committing right now is waited for. Where two servers of a cluster
 * each see one side, the cluster refuses one of both commits.
 */
export async function declareGone(database: Database, tx: Transaction): Promise<Set<string>> {
  const now = await database.dialect.now(tx);
  await tx<LockRow>('job_locks').where('expires_at', '<=', now).where('expires_at', '>', NEVER).update({ expires_at: NEVER });
  return liveOf(await tx<LockRow>('job_locks'), now);
}

function liveOf(rows: readonly LockRow[], now: Instant): Set<string> {
  return new Set(rows.flatMap((row) => (row.run_id !== null && isHeld(row, now) ? [row.run_id] : [])));
}

/** The runs of these commands that hold a lock now; locks are named after their command. */
export async function liveRunsOf(database: Database, commands: readonly string[]): Promise<string[]> {
  return database.read(async (knex) => {
    const now = await database.dialect.now(knex);
    const rows = (await knex<LockRow>('job_locks')).filter(({ name }) => commands.includes(name.split('/')[0] ?? ''));
    return [...liveOf(rows, now)];
  });
}

async function rowOf(database: Database, tx: Transaction, name: string): Promise<LockRow> {
  const query = tx<LockRow>('job_locks').where({ name }).first();
  const row = await (database.dialect.concurrentWriters ? query.forUpdate() : query);
  if (!row) throw new HubError('unexpected', 'lock_missing', `The lock "${name}" vanished.`);
  return row;
}

function isHeld(row: LockRow, now: Instant): boolean {
  return row.expires_at > now && !isHolderGone(row);
}

/** True if the holder ran on this machine and its process is no more: a killed run need not be waited for. */
function isHolderGone({ host, pid }: LockRow): boolean {
  return pid !== null && isProcessGone(host, pid);
}

/** True if the process ran on this machine and is no more; of other machines nothing is known. */
export function isProcessGone(host: string | null, pid: number): boolean {
  if (host !== hostname() || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function lockedBy(row: LockRow): HubError {
  return new HubError('locked', 'lock_held', `Another run holds the lock "${row.name}".`, {
    context: {
      run_id: row.run_id ?? '',
      host: row.host ?? '',
      pid: row.pid ?? 0,
      since: row.acquired_at === null ? '' : toIso(row.acquired_at),
      lease_until: toIso(row.expires_at),
    },
    nextStep: `Wait until it ends (hub runs show ${row.run_id ?? ''}); a dead run's lease expires by itself.`,
  });
}

function lostLease({ name, token, runId }: Lease, row: LockRow | undefined): HubError {
  const isTaken = row !== undefined && row.token !== token;
  return isTaken
    ? new HubError('locked', 'lease_lost', `This run lost the lock "${name}" to another one.`, {
        context: { lock: name, token, run_id: row.run_id ?? '' },
        nextStep: 'Nothing of the current batch was stored. See the other run with: hub runs list',
      })
    : leaseExpired(name, runId);
}

/** A lease that was not renewed in time. */
export function leaseExpired(name: string, runId: RunId): HubError {
  return new HubError('locked', 'lease_lost', `This run's lease on the lock "${name}" expired: it did not reach the database for ${LEASE_MS / 1_000} s.`, {
    context: { lock: name, run_id: runId },
    nextStep: 'Nothing of the current batch was stored. Run the command again: it takes up what is left.',
  });
}
