import type { RunId } from '../core/ids.ts';
import type { LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import type { RunsNow } from '../runs/locks.repository.ts';

/** How far a stage has come with a brand. */
export interface Mark {
  /** Every change up to this number is taken up. */
  readonly mark: number;
  /** The date for which everything was decided. */
  readonly asOf: LocalDate;
  /** Of the rules and the program. */
  readonly version: string;
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

const STAGE = 'enrich';

/** The marks of a shard by brand; a brand without one was never taken up. */
export async function readMarks(tx: Transaction, shard: string, stage = STAGE): Promise<Map<string, Mark>> {
  const rows = await tx<MarkRow>('stage_marks').where({ stage, shard });
  return new Map(rows.map((row) => [row.brand, { mark: row.mark, asOf: row.as_of, version: row.version }]));
}

/** Moves the marks of the brands, at the end of a run that took up all that there was. */
export async function writeMarks(tx: Transaction, brands: readonly string[], shard: string, mark: Mark, runId: RunId, stage = STAGE): Promise<void> {
  for (const brand of brands) {
    await tx<MarkRow>('stage_marks')
      .insert({ stage, brand, shard, mark: mark.mark, as_of: mark.asOf, version: mark.version, run_id: runId })
      .onConflict(['stage', 'brand', 'shard'])
      .merge();
  }
}

/**
 * The last change number whose run has ended: the bound of what is taken up; later runs may still write.
 * @param harmless commands whose running runs write nothing that is taken up
 */
export async function settledChange(tx: Transaction, ownRunId: string, { last, live }: RunsNow, harmless: readonly string[] = [STAGE]): Promise<number> {
  const others = await tx<{ run_id: string; command: string; change_no: number }>('job_runs')
    .where('status', 'running')
    .whereNotIn('command', [...harmless])
    .whereIn('run_id', [...live].filter((id) => id !== '' && id !== ownRunId))
    .min<{ lowest: number | null }[]>({ lowest: 'change_no' });
  const lowest = others[0]?.lowest ?? null;
  return lowest === null ? last : Math.min(last, lowest - 1);
}
