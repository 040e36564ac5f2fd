import { HubError, messageOf } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import type { RunId } from '../core/ids.ts';
import { startTimer, toIso, type Clock } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import { finishRun, newRunId, recordRun, type RunStatus } from './job-runs.repository.ts';
import type { UndecidableAccount } from './undecidable.ts';
import { acquireLock, acquireSlot, keepAlive, releaseLocks, type Lease } from './locks.repository.ts';

/** A command run on data, as it is recorded and reported. */
export interface JobSpec {
  readonly command: string;
  readonly brands: readonly string[];
  readonly shard: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** So many runs may work at once: they divide the work themselves. Undefined: one, for each brand and shard. */
  readonly slots?: number;
  /** Nothing is written, not even the run itself, and no lock is taken. */
  readonly dryRun: boolean;
}

export interface JobServices {
  readonly database: Database;
  readonly clock: Clock;
  readonly version: string;
  readonly observer?: RunObserver;
}

/** Who is told of recorded runs: the log and the metrics. It never throws, and is no part of the work. */
export interface RunObserver {
  started(run: ObservedRun): void;
  /** The run has its end in the records and its locks are given back. */
  ended(run: ObservedRun & { readonly status: RunStatus; readonly durationMs: number }, database: Database): Promise<void>;
  /** Somebody could not be decided, and the run goes on without them. */
  undecidable(account: UndecidableAccount): void;
}

interface ObservedRun {
  readonly runId: RunId;
  readonly command: string;
  readonly brands: readonly string[];
  readonly shard: string;
}

/** The lease on one brand. */
export interface BrandLease extends Lease {
  readonly brand: string;
}

/** What the work gets: under which run, number and locks it writes. A dry run has no locks and the number 0. */
export interface Job {
  readonly runId: RunId;
  readonly changeNo: number;
  readonly leases: readonly BrandLease[];
}

/** What the work gives back for the report. */
export interface JobOutcome {
  /** `refused`: done, but part of the input was refused. */
  readonly status: 'succeeded' | 'refused';
  readonly totals: Readonly<Record<string, unknown>>;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
}

/** The report of every data command; printed as it is with --output json. */
export interface JobReport {
  readonly command: string;
  readonly run_id: string;
  readonly status: 'succeeded' | 'refused';
  readonly dry_run: boolean;
  readonly started_at: string;
  readonly finished_at: string;
  readonly duration_ms: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly totals: Readonly<Record<string, unknown>>;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
}

/** Runs the work under its locks with a run record, whatever way it ends. */
export async function runJob(
  services: JobServices,
  spec: JobSpec,
  work: (job: Job) => Promise<JobOutcome>,
): Promise<JobReport> {
  const { clock } = services;
  const runId = newRunId(clock);
  const startedAt = clock.now();
  const elapsed = startTimer();
  const outcome = await (spec.dryRun
    ? work({ runId, changeNo: 0, leases: [] })
    : runRecorded(services, spec, runId, elapsed, work));
  return {
    command: spec.command,
    run_id: runId,
    status: outcome.status,
    dry_run: spec.dryRun,
    started_at: toIso(startedAt),
    finished_at: toIso(clock.now()),
    duration_ms: elapsed(),
    params: spec.params,
    totals: outcome.totals,
    items: outcome.items,
    warnings: outcome.warnings,
  };
}

async function runRecorded(
  { database, clock, version, observer }: JobServices,
  spec: JobSpec,
  runId: RunId,
  elapsed: () => number,
  work: (job: Job) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const leases: BrandLease[] = [];
  const observed = { runId, command: spec.command, brands: spec.brands, shard: spec.shard };
  let ended: RunStatus | undefined;
  try {
    if (spec.slots !== undefined) leases.push({ ...(await acquireSlot(database, spec.command, spec.slots, runId, clock)), brand: '' });
    // One lock a brand, always in the same order: two runs over the same brands cannot wait for each other.
    for (const brand of spec.slots === undefined ? [...spec.brands].sort() : []) {
      const lease = await acquireLock(database, `${spec.command}/${brand}/${spec.shard}`, runId, clock);
      leases.push({ ...lease, brand });
    }
    failpoint('lock.acquired');
    const changeNo = await recordRun(database, runId, { ...spec, version }, clock);
    failpoint('run.recorded');
    observer?.started(observed);
    const stopRenewing = keepAlive(database, leases, clock);
    try {
      const outcome = await work({ runId, changeNo, leases });
      failpoint('run.finishing');
      await finishRun(database, runId, { ...outcome, durationMs: elapsed() }, clock);
      ended = outcome.status;
      return outcome;
    } catch (error) {
      ended = await recordFailure(database, runId, error, elapsed(), clock);
      throw error;
    } finally {
      stopRenewing();
    }
  } finally {
    // If even this fails, the leases expire by themselves; the first error is the one to report.
    await releaseLocks(database, leases).catch(() => undefined);
    if (ended !== undefined) await observer?.ended({ ...observed, status: ended, durationMs: elapsed() }, database);
  }
}

/** Undefined if even the record could not be written. */
async function recordFailure(database: Database, runId: RunId, error: unknown, durationMs: number, clock: Clock): Promise<RunStatus | undefined> {
  const status: RunStatus = error instanceof HubError && error.kind === 'interrupted' ? 'interrupted' : 'failed';
  const message = error instanceof HubError ? `${error.code}: ${error.message}` : messageOf(error);
  const result = { status, durationMs, totals: {}, items: [], warnings: [], error: message };
  return finishRun(database, runId, result, clock).then(
    () => status,
    () => undefined,
  );
}
