import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';

/** The newest day of which states are known, else of which advertisements are; undefined without any metrics of the brands. */
export async function newestMetricDay(tx: Transaction, brands: readonly string[]): Promise<LocalDate | undefined> {
  for (const table of ['metric_active_days', 'metric_ad_days']) {
    const row = (await tx(table).max({ day: 'day' }).whereIn('brand', brands).first()) as { day: LocalDate | null } | undefined;
    if (row?.day) return row.day;
  }
  return undefined;
}
