import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';

/** The newest day of which states are known; undefined without any metrics of the brands. */
export async function newestMetricDay(tx: Transaction, brands: readonly string[]): Promise<LocalDate | undefined> {
  const row = (await tx('metric_active_days').max({ day: 'day' }).whereIn('brand', brands).first()) as { day: LocalDate | null } | undefined;
  return row?.day ?? undefined;
}
