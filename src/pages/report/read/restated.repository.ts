import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import type { Since } from '../../../metrics/restated/sums-history.repository.ts';
import type { View } from '../declare/page.ts';

/** The report before: the newest one that succeeded for an earlier date, so that a second one of a date says the same. */
export type EarlierReport = Since;

/** Finds the report before that of the view; undefined: there is none. */
export async function readEarlierReport(tx: Transaction, { asOf }: Pick<View, 'asOf'>): Promise<EarlierReport | undefined> {
  const rows = await tx<{ command: string; status: string; params: string; started_at: string }>('job_runs')
    .where({ command: 'report', status: 'succeeded' })
    .orderBy('started_at', 'desc')
    .select('params', 'started_at');
  for (const { params, started_at: startedAt } of rows) {
    const { as_of: date } = JSON.parse(params) as { as_of?: string };
    if (date !== undefined && date < asOf) return { asOf: date as LocalDate, startedAt };
  }
  return undefined;
}
