import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { RowVersion } from '../../rows/version.ts';
import { newestOf } from '../newest/decide.ts';

/** What becomes of the rows of a key that a batch states. */
export interface StatedPlan<Row> {
  /** The row to be written; undefined if the stored one stays. */
  readonly row: Row | undefined;
  readonly counts: Partial<Record<keyof ImportCounts, number>>;
}

/**
 * Decides about the rows of one key of a slice that is replaced. Of several rows of the batch the newest UpdatedDate wins, then
 * the later one; the others are stale.
 * @param rows all of the batch, the newest of them not deleted
 */
export function planStated<Row extends RowVersion>(rows: readonly [Row, ...Row[]], stored: Pick<RowVersion, 'hash'> | undefined): StatedPlan<Row> {
  const row = newestOf(rows);
  const stale = rows.length - 1;
  if (stored === undefined) return { row, counts: { inserted: 1, stale } };
  return row.hash === stored.hash ? { row: undefined, counts: { unchanged: 1, stale } } : { row, counts: { updated: 1, stale } };
}
