import { hostname } from 'node:os';

import { HubError, codeOf } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { addMillis, toIso, type Clock, type Instant } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';

/** The right to write under a name until it expires; the token rises with every holder. */
export interface Lease {
  readonly name: string;
  readonly token: number;
  readonly runId: RunId;
}

interface LockRow {
  name: string;
  token: number;
  run_id: string | null;
  host: string | null;
  pid: number | null;
  acquired_at: Instant | null;
  expires_at: Instant;
}

export const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 15_000;
const NEVER = '1000-01-01 00:00:00.000000' as Instant;

/**
 * Takes the lock, or fails at once. A lease that expired, or whose process on this machine is gone, is taken over.
 * @throws HubError locked, saying who holds it and until when
 */
export async function acquireLock(database: Database, name: string, runId: RunId, clock: Clock): Promise<Lease> {
  // Asked first without writing: on SQLite a write would wait for the very run that holds the lock.
  const holder = await database.read((knex) => knex<LockRow>('job_locks').where({ name }).first());
  if (holder !== undefined && isHeld(holder, clock)) throw lockedBy(holder);
  return database.transaction(async (tx) => {
    await tx<LockRow>('job_locks').insert({ name, token: 0, expires_at: NEVER }).onConflict('name').ignore();
    const held = await rowOf(database, tx, name);
    if (isHeld(held, clock)) throw lockedBy(held);
    const token = held.token + 1;
    const taken = await tx<LockRow>('job_locks')
      .where({ name, token: held.token })
      .update({
        token,
        run_id: runId,
        host: hostname(),
        pid: process.pid,
        acquired_at: clock.now(),
        expires_at: addMillis(clock.now(), LEASE_MS),
      });
    if (taken !== 1) throw lockedBy(await rowOf(database, tx, name));
    return { name, token, runId };
  });
}

/**
 * Takes the first free one of several locks with one name, for commands of which several runs may work at once.
 * @throws HubError locked if none is free
 */
export async function acquireSlot(database: Database, name: string, slots: number, runId: RunId, clock: Clock): Promise<Lease> {
  for (let slot = 1; ; slot++) {
    try {
      return await acquireLock(database, `${name}/${slot}`, runId, clock);
    } catch (error) {
      if (slot >= slots || !(error instanceof HubError && error.kind === 'locked')) throw error;
    }
  }
}

/**
 * Proves inside a transaction that the lease still holds, and extends it. The row stays locked until the commit, so
 * nobody can take over in between.
 * @throws HubError locked if another run took over: the transaction must roll back
 */
export async function fence(tx: Transaction, leases: readonly Lease[], clock: Clock): Promise<void> {
  for (const lease of leases) {
    const kept = await tx<LockRow>('job_locks')
      .where({ name: lease.name, token: lease.token, run_id: lease.runId })
      .update({ expires_at: addMillis(clock.now(), LEASE_MS) });
    if (kept !== 1) {
      throw new HubError('locked', 'lease_lost', `This run lost the lock "${lease.name}" to another one.`, {
        context: { lock: lease.name, token: lease.token },
        nextStep: 'Nothing of the current batch was stored. See the other run with: hub runs list',
      });
    }
  }
}

/** Extends the leases that still hold; for work that has a fence of its own. */
export async function renewLeases(tx: Transaction, leases: readonly Lease[], clock: Clock): Promise<void> {
  for (const { name, token, runId } of leases) {
    await tx<LockRow>('job_locks').where({ name, token, run_id: runId }).update({ expires_at: addMillis(clock.now(), LEASE_MS) });
  }
}

/** Extends the leases in the background until the returned function is called. */
export function keepAlive(database: Database, leases: readonly Lease[], clock: Clock): () => void {
  // With one writer, a renewal would wait for the very transaction that it protects; there each commit renews.
  if (!database.dialect.concurrentWriters) return () => undefined;
  const timer = setInterval(() => {
    // A failed renewal decides nothing: the next commit checks the lease.
    database.transaction((tx) => fence(tx, leases, clock)).catch(() => undefined);
  }, RENEW_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Gives the locks back; those lost to another run are left alone. */
export async function releaseLocks(database: Database, leases: readonly Lease[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const lease of leases) {
      await tx<LockRow>('job_locks').where({ name: lease.name, token: lease.token }).update({ expires_at: NEVER });
    }
  });
}

/** What was going on at one moment. */
export interface RunsNow {
  /** The highest change number that any run had got. */
  readonly last: number;
  /** The runs that hold a lock. */
  readonly live: ReadonlySet<string>;
}

/**
 * The last change number and the live runs, read in this order: a run has its lock before it gets its number, so none
 * that may still write changes up to that number is overlooked.
 */
export async function runsNow(database: Database, clock: Clock): Promise<RunsNow> {
  const counter = await database.read((knex) => knex<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value'));
  return { last: counter?.value ?? 0, live: await liveRuns(database, clock) };
}

/** The runs that hold a lock now. */
export async function liveRuns(database: Database, clock: Clock): Promise<Set<string>> {
  const rows = await database.read((knex) => knex<LockRow>('job_locks'));
  return new Set(rows.filter((row) => isHeld(row, clock)).map((row) => row.run_id ?? ''));
}

/** The runs of these commands that hold a lock now; locks are named after their command. */
export async function liveRunsOf(database: Database, commands: readonly string[], clock: Clock): Promise<string[]> {
  const rows = await database.read((knex) => knex<LockRow>('job_locks'));
  return rows.flatMap((row) => (isHeld(row, clock) && commands.includes(row.name.split('/')[0] ?? '') ? [row.run_id ?? ''] : []));
}

async function rowOf(database: Database, tx: Transaction, name: string): Promise<LockRow> {
  const query = tx<LockRow>('job_locks').where({ name }).first();
  const row = await (database.dialect.concurrentWriters ? query.forUpdate() : query);
  if (!row) throw new HubError('unexpected', 'lock_missing', `The lock "${name}" vanished.`);
  return row;
}

function isHeld(row: LockRow, clock: Clock): boolean {
  return row.expires_at > clock.now() && !isHolderGone(row);
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
