import { compareText } from '../../../core/compare.ts';
import { effectiveInstant, type RowVersion } from '../../rows/version.ts';

/** What a row comes to. */
export type Decision = 'insert' | 'update' | 'delete' | 'unchanged' | 'stale';

/**
 * What becomes of an incoming row, given the stored one of the same key. The newest UpdatedDate wins; equal instants:
 * the later batch, then the later row (billing specification, "Which row wins"). A row without UpdatedDate, or with one
 * that its batch cannot know, is as old as its batch: the exporter saw that state then. Equal content is `unchanged`, or `stale` if it repeats another row
 * of its own batch.
 * @param givesWay what is stored gives way to the row, whatever their dates say: a snapshot has every record as it is
 */
export function decide(incoming: RowVersion, stored: RowVersion | undefined, givesWay = false): Decision {
  if (stored === undefined) return incoming.deleted ? 'delete' : 'insert';
  if (incoming.hash === stored.hash) {
    return !givesWay && incoming.batch === stored.batch && incoming.row > stored.row ? 'stale' : 'unchanged';
  }
  if (!givesWay && compareVersions(incoming, stored) < 0) return 'stale';
  return incoming.deleted ? 'delete' : 'update';
}

/** Negative if `a` is superseded by `b`, positive if it supersedes it. */
export function compareVersions(a: RowVersion, b: RowVersion): number {
  return compareText(effectiveInstant(a), effectiveInstant(b)) || compareText(a.batch, b.batch) || a.row - b.row;
}

/** The winner of rows of one key within a batch; all others are stale. Of equal rows the first stays. */
export function newestOf<Row extends RowVersion>(rows: readonly [Row, ...Row[]]): Row {
  const [first, ...rest] = [...rows].sort(compareVersions) as [Row, ...Row[]];
  return rest.reduce((winner, row) => (row.hash === winner.hash ? winner : row), first);
}
