import { HubError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { declareGone } from '../runs/locks.repository.ts';

/** What was going on at one moment. */
export interface RunsNow {
  /** The highest change number that any run had got. */
  readonly last: number;
  /** The runs that hold a lock. */
  readonly live: ReadonlySet<string>;
  /** The runs that have left a queue behind and are gone for good. */
  readonly left: readonly string[];
}

/** How far a stage has come with a brand. */
export interface Mark {
  /** Every change up to this number is taken up. */
  readonly mark: number;
  /** The date for which everything was decided. */
  readonly asOf: LocalDate;
  /** Of the program, and of the rules or the configuration that decide. */
  readonly version: string;
}

/** A stage, or one of the parts that its work is divided into. */
export interface StageShard {
  readonly stage: string;
  readonly shard: string;
}

interface MarkRow {
  stage: string;
  brand: string;
  shard: string;
  mark: number;
  as_of: LocalDate;
  version: string;
  run_id: RunId;
}

/** The brand of the marks of stages that do not go by brands, as persons go over them. */
export const ALL_BRANDS = '*';
/** The date of a mark of a stage that decides nothing by the date of the run. */
export const NO_DATE = '1000-01-01' as LocalDate;

/**
 * The last change number and the live runs: those that may still write changes up to that number. One that is not live
 * is gone for good: whatever it tries to commit is refused.
 * @param queue of the stage, to tell whose rows in it nobody will take up
 */
export async function runsNow(database: Database, { queue, dryRun = false }: { readonly queue?: string; readonly dryRun?: boolean } = {}): Promise<RunsNow> {
  const look = async (tx: Transaction): Promise<RunsNow> => {
    // In this order: a run has its lock before it has a number or a queue, so none that is alive is overlooked.
    const queued = queue === undefined ? [] : await tx<{ run_id: string }>(queue).distinct('run_id').pluck('run_id');
    const counter = await tx<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value');
    const live = await declareGone(database, tx);
    return { last: counter?.value ?? 0, live, left: queued.filter((runId) => !live.has(runId)) };
  };
  return dryRun ? database.rehearse(look) : database.write(look);
}

/** The marks of a shard by brand; a brand without one was never taken up. */
export async function readMarks(tx: Transaction, { stage, shard }: StageShard): Promise<Map<string, Mark>> {
  const rows = await tx<MarkRow>('stage_marks').where({ stage, shard });
  return new Map(rows.map((row) => [row.brand, { mark: row.mark, asOf: row.as_of, version: row.version }]));
}

/** Moves the marks of the brands, at the end of a run that took up all that there was. */
export async function writeMarks(tx: Transaction, { stage, shard }: StageShard, brands: readonly string[], { mark, asOf, version }: Mark, runId: RunId): Promise<void> {
  for (const brand of brands) {
    await tx<MarkRow>('stage_marks')
      .insert({ stage, brand, shard, mark, as_of: asOf, version, run_id: runId })
      .onConflict(['stage', 'brand', 'shard'])
      .merge();
  }
}

/**
 * Holds what a run processed against what it had queued. A mark that moved past something that was not processed would
 * leave it behind for good, and a queue can be read short without any error: on a server that is behind the one that
 * it was written to.
 * @throws HubError transient if they differ: the mark must not move
 */
export function requireAllProcessed(stage: string, queued: number, processed: number): void {
  if (processed === queued) return;
  throw new HubError('transient', 'queue_incomplete', `${stage} has queued ${queued} and processed ${processed}: it did not see its own queue whole.`, {
    context: { stage, queued, processed },
    nextStep: 'Run it again: it takes everything up again. If this comes back, connections reach different servers: hub doctor.',
  });
}

/**
 * The last change number up to which no run that is alive may still write: the bound of what a stage takes up.
 * @param mayWrite of a run's command, whether it writes what the stage takes up
 */
export async function completeUpTo(tx: Transaction, ownRunId: string, { last, live }: RunsNow, mayWrite: (command: string) => boolean): Promise<number> {
  const others = await tx<{ run_id: string; command: string; status: string; change_no: number }>('job_runs')
    .where({ status: 'running' })
    .whereIn('run_id', [...live].filter((id) => id !== '' && id !== ownRunId))
    .select('command', 'change_no');
  return Math.min(last, ...others.flatMap(({ command, change_no: changeNo }) => (mayWrite(command) ? [changeNo - 1] : [])));
}

/**
 * Up to which change everything is done: each set of shards (`1/4` … `4/4`) has come as far as its slowest, and the set
 * that has come furthest counts. Undefined if no set is complete.
 */
export function markOf(shards: readonly (readonly [label: string, mark: number])[]): number | undefined {
  const sets = new Map<number, number[]>();
  for (const [label, mark] of shards) {
    const count = Number(label.split('/')[1]);
    sets.set(count, [...(sets.get(count) ?? []), mark]);
  }
  const complete = [...sets].flatMap(([count, marks]) => (marks.length === count ? [Math.min(...marks)] : []));
  return complete.length === 0 ? undefined : Math.max(...complete);
}
