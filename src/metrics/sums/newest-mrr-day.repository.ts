import type { LocalDate } from '../../core/time.ts';
import type { AggregateSource } from '../aggregates/read-aggregates.repository.ts';

/** The last day of recurring revenue that is stored of a brand, or of GROUP: a run as of a later day may have written it. */
export async function newestMrrDay({ database, tx }: AggregateSource, brand: string): Promise<LocalDate | undefined> {
  const [row] = await database.dialect.selectRows(tx, 'select max(day) from metric_mrr_days where brand = ?', [brand]);
  const day = row?.[0];
  return day === null || day === undefined ? undefined : (String(day) as LocalDate);
}
