import { HubError, messageOf } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import type { RunId } from '../../core/ids.ts';
import { messagesOf, problemOf, type Problem } from '../../core/problem.ts';
import { startTimer, toIso, type Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { finishRun, newRunId, recordRun, type RunStatus } from './job-runs.repository.ts';
import { keepAlive } from './keep-alive.ts';
import { acquireLock, acquireSlot, releaseLocks, type Lease } from './locks.repository.ts';
import type { UndecidableAccount } from './undecidable.ts';

/** A command run on data, as it is recorded and reported. */
export interface JobSpec {
  readonly command: string;
  readonly brands: readonly string[];
  readonly shard: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** So many runs may work at once: they divide the work themselves. Undefined: one, for each brand and shard. */
  readonly slots?: number;
  /** Names of the locks that it takes, where they are not those of its brands. */
  readonly locks?: readonly string[];
  /** Nothing is written, not even the run itself, and no lock is taken. */
  readonly dryRun: boolean;
}

export interface JobServices {
  readonly database: Database;
  readonly clock: Clock;
  readonly version: string;
  readonly observer?: RunObserver;
  /** Interrupts the work. */
  readonly signal?: AbortSignal;
  /** What is wrong with the place where it runs; part of the warnings of its report. */
  readonly cautions?: readonly HubError[];
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
  /**
   * Takes a further lock, which is kept and given back with the others.
   * @throws HubError locked if another run holds it
   */
  readonly lock: (name: string) => Promise<Lease>;
}

/** The services of a run: their signal also fires when the run loses a lock, for what it does then is in vain. */
type Guarded<Services> = Services & { readonly signal: AbortSignal };
type Work<Services> = (job: Job, services: Guarded<Services>) => Promise<JobOutcome>;

/** What the work gives back for the report. */
export interface JobOutcome {
  /** `refused`: done, but part of the input was refused. */
  readonly status: 'succeeded' | 'refused';
  readonly totals: Readonly<Record<string, unknown>>;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** What somebody should know or act on; the messages are the warnings of the report. */
  readonly problems: readonly Problem[];
  /** Those that the report counts or the log names already, as of single rows and relays: they are no warnings. */
  readonly furtherProblems?: readonly Problem[];
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
  /** Every refusal and warning; last those that are no warnings, as of single rows. */
  readonly problems: readonly Problem[];
  /** The messages of the others. */
  readonly warnings: readonly string[];
}

/**
 * Runs the work under its locks with a run record, whatever way it ends.
 * @throws HubError locked if another run holds a lock, or this one loses it on the way; else what the work throws
 */
export async function runJob<Services extends JobServices>(services: Services, spec: JobSpec, work: Work<Services>): Promise<JobReport> {
  const { clock } = services;
  const runId = newRunId(clock);
  const startedAt = clock.now();
  const elapsed = startTimer();
  const cautious: Work<Services> = async (job, guardedServices) => {
    const outcome = await work(job, guardedServices);
    return { ...outcome, problems: [...outcome.problems, ...(services.cautions ?? []).map(problemOf)] };
  };
  const outcome = await (spec.dryRun ? rehearse(services, runId, cautious) : runRecorded(services, spec, runId, elapsed, cautious));
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
    ...toldOf(outcome),
  };
}

/** What the outcome has to tell: its problems, and their messages. */
function toldOf({ problems, furtherProblems = [] }: JobOutcome): Pick<JobReport, 'problems' | 'warnings'> {
  return { problems: [...problems, ...furtherProblems], warnings: messagesOf(problems) };
}

function rehearse<Services extends JobServices>(services: Services, runId: RunId, work: Work<Services>): Promise<JobOutcome> {
  const lock = (name: string): Promise<Lease> => Promise.resolve({ name, token: 0, runId });
  return work({ runId, changeNo: 0, leases: [], lock }, guarded(services));
}

async function runRecorded<Services extends JobServices>(
  services: Services,
  spec: JobSpec,
  runId: RunId,
  elapsed: () => number,
  work: Work<Services>,
): Promise<JobOutcome> {
  const { database, clock, version, observer } = services;
  const leases: BrandLease[] = [];
  const others: Lease[] = [];
  const observed = { runId, command: spec.command, brands: spec.brands, shard: spec.shard };
  let ended: RunStatus | undefined;
  try {
    if (spec.slots !== undefined) leases.push({ ...(await acquireSlot(database, spec.command, spec.slots, runId)), brand: '' });
    // One lock after the other, always in the same order: two runs over the same ones cannot wait for each other.
    for (const { name, brand } of locksOf(spec)) leases.push({ ...(await acquireLock(database, name, runId)), brand });
    failpoint('lock.acquired');
    const changeNo = await recordRun(database, runId, { ...spec, version }, clock);
    failpoint('run.recorded');
    observer?.started(observed);
    const keeper = keepAlive(database, leases);
    const lock = async (name: string): Promise<Lease> => {
      const lease = await acquireLock(database, name, runId);
      others.push(lease);
      keeper.add(lease);
      return lease;
    };
    try {
      const outcome = await work({ runId, changeNo, leases, lock }, guarded(services, keeper.signal));
      failpoint('run.finishing');
      await finishRun(database, runId, { ...outcome, ...toldOf(outcome), durationMs: elapsed() }, clock);
      ended = outcome.status;
      return outcome;
    } catch (thrown) {
      // Work that stops because its lease is lost takes it for an interruption.
      const error: unknown = keeper.signal.aborted ? keeper.signal.reason : thrown;
      ended = await recordFailure(database, runId, error, elapsed(), clock);
      throw error;
    } finally {
      await keeper.stop();
    }
  } finally {
    // If even this fails, the leases expire by themselves; the first error is the one to report.
    await releaseLocks(database, [...leases, ...others]).catch(() => undefined);
    if (ended !== undefined) await observer?.ended({ ...observed, status: ended, durationMs: elapsed() }, database);
  }
}

function locksOf({ command, brands, shard, slots, locks }: JobSpec): readonly { readonly name: string; readonly brand: string }[] {
  if (locks !== undefined) return [...locks].sort().map((name) => ({ name, brand: '' }));
  return slots === undefined ? [...brands].sort().map((brand) => ({ name: `${command}/${brand}/${shard}`, brand })) : [];
}

function guarded<Services extends JobServices>(services: Services, ...signals: readonly AbortSignal[]): Guarded<Services> {
  const own = services.signal === undefined ? [] : [services.signal];
  return { ...services, signal: AbortSignal.any([...own, ...signals]) };
}

/** Undefined if even the record could not be written. */
async function recordFailure(database: Database, runId: RunId, error: unknown, durationMs: number, clock: Clock): Promise<RunStatus | undefined> {
  const status: RunStatus = error instanceof HubError && error.kind === 'interrupted' ? 'interrupted' : 'failed';
  const message = error instanceof HubError ? `${error.code}: ${error.message}` : messageOf(error);
  const result = { status, durationMs, totals: {}, items: [], problems: [problemOf(error)], warnings: [], error: message };
  return finishRun(database, runId, result, clock).then(
    () => status,
    () => undefined,
  );
}
