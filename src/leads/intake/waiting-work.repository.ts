import type { Database } from '../../db/database.ts';
import { nextFallback } from './fallback.repository.ts';
import { contactsMark } from './fold-removed.ts';
import type { IntakeKindName } from './intake-kind.ts';
import { planBrand, type IntakeSelection } from './intake-plan.ts';
import type { IntakeSource } from '../source/intake-source.ts';

/**
 * True if an import of these kinds would have something to do: a batch, records in the database, or unsubscriptions that were
 * imported since the last one.
 */
export async function isWorkWaiting(database: Database, source: IntakeSource, kinds: readonly IntakeKindName[], brands: readonly string[], selection: IntakeSelection, signal: AbortSignal): Promise<boolean> {
  for (const brand of brands) {
    for (const kind of kinds) if ((await planBrand(database, source, kind, brand, selection, signal)).batches.length > 0) return true;
    const isWaiting = await database.snapshot(async (tx) => {
      for (const kind of kinds) if ((await nextFallback(tx, kind, brand, selection.shard)) !== undefined) return true;
      if (!kinds.includes('lead')) return false;
      const mark = await contactsMark(tx, brand, selection.shard);
      const imported = await tx<{ command: string; status: string; change_no: number }>('job_runs').where({ command: 'import-email' }).whereNot({ status: 'running' }).where('change_no', '>', mark).first('change_no');
      return imported !== undefined;
    });
    if (isWaiting) return true;
  }
  return false;
}
