import type { RunId } from '../core/ids.ts';
import type { LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import type { RunsNow } from './locks.repository.ts';

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
 * The last change number up to which no run that is alive may still write: the bound of what a stage takes up.
 * @param mayWrite of a run's command, whether it writes what the stage takes up
 */
export async function settledChange(tx: Transaction, ownRunId: string, { last, live }: RunsNow, mayWrite: (command: string) => boolean): Promise<number> {
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
