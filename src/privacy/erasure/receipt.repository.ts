import type { Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';

/** Records by table. */
type Counts = ReadonlyMap<string, number>;

/** Adds what a run erased to the receipt. */
export async function addToReceipt(tx: Transaction, emailSha256: string, counts: Counts): Promise<{ readonly erasedAt: Instant }> {
  const row = await tx<{ email_sha256: string; counts: string; erased_at: Instant }>('erasures').where({ email_sha256: emailSha256 }).first('counts', 'erased_at');
  const all = new Map(Object.entries(JSON.parse(row?.counts ?? '{}') as Record<string, number>));
  addAll(all, counts);
  await tx('erasures').where({ email_sha256: emailSha256 }).update({ counts: JSON.stringify(Object.fromEntries(all)) });
  return { erasedAt: row?.erased_at as Instant };
}

/** Adds counts to others; what is zero is left out. */
export function addAll(counts: Map<string, number>, more: Counts): void {
  for (const [table, count] of more) if (count > 0) counts.set(table, (counts.get(table) ?? 0) + count);
}
