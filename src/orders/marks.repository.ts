import type { Transaction } from '../db/database.ts';
import type { RunsNow } from '../runs/locks.repository.ts';
import type { OrdersCommand } from './queue.repository.ts';

/** How far a command of this stage has come. */
export interface Mark {
  /** Every change of enriched records up to this number is taken up. */
  readonly mark: number;
  /** Of the program and what the configuration decides. */
  readonly version: string;
}

interface MarkRow {
  stage: string;
  brand: string;
  shard: string;
  mark: number;
  as_of: string;
  version: string;
  run_id: string;
}

/** Persons go over brands, and so does the mark. */
const ALL_BRANDS = '*';
/** Nothing in this stage depends on the date of the run. */
const NO_DATE = '1000-01-01';

/** The mark of a shard; undefined if the command never came to its end. */
export async function readMark(tx: Transaction, command: OrdersCommand, shard: string): Promise<Mark | undefined> {
  const row = await tx<MarkRow>('stage_marks').where({ stage: command, brand: ALL_BRANDS, shard }).first('mark', 'version');
  return row === undefined ? undefined : { mark: row.mark, version: row.version };
}

/** Moves the mark of a shard. */
export async function writeMark(tx: Transaction, command: OrdersCommand, shard: string, { mark, version }: Mark, runId: string): Promise<void> {
  await tx<MarkRow>('stage_marks')
    .insert({ stage: command, brand: ALL_BRANDS, shard, mark, as_of: NO_DATE, version, run_id: runId })
    .onConflict(['stage', 'brand', 'shard'])
    .merge();
}

/**
 * The last change number of which every enrichment has ended: the bound of what is taken up; later ones may still write.
 */
export async function settledChange(tx: Transaction, { last, live }: RunsNow): Promise<number> {
  const running = await tx<{ run_id: string; command: string; status: string; change_no: number }>('job_runs')
    .where({ status: 'running', command: 'enrich' })
    .whereIn('run_id', [...live])
    .min<{ lowest: number | null }[]>({ lowest: 'change_no' });
  const lowest = running[0]?.lowest ?? null;
  return lowest === null ? last : Math.min(last, lowest - 1);
}
