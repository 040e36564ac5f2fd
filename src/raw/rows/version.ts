import { compareText } from '../../core/compare.ts';
import { addMillis, instantOfBatch, type BatchId, type Instant } from '../../core/time.ts';

/** What decides between two rows of one key, and whether they differ. */
export interface RowVersion {
  readonly hash: string;
  readonly updatedDate: Instant | null;
  readonly deleted: boolean;
  readonly batch: BatchId;
  /** Position of the row in its batch, from 1. */
  readonly row: number;
}

export type Decision = 'insert' | 'update' | 'delete' | 'unchanged' | 'stale';

/**
 * What becomes of an incoming row, given the stored one of the same key. The newest UpdatedDate wins; equal instants:
 * the later batch, then the later row (billing specification, "Which row wins"). A row without UpdatedDate, or with one
 * that its batch cannot know, is as old as its batch: the exporter saw that state then. Equal content is `unchanged`, or `stale` if it repeats another row
 * of its own batch.
 */
export function decide(incoming: RowVersion, stored: RowVersion | undefined): Decision {
  if (stored === undefined) return incoming.deleted ? 'delete' : 'insert';
  if (incoming.hash === stored.hash) {
    return incoming.batch === stored.batch && incoming.row > stored.row ? 'stale' : 'unchanged';
  }
  if (compareVersions(incoming, stored) < 0) return 'stale';
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

/** Clocks of two systems and time zones that an export left out come to less. */
const MOST_AHEAD_MILLIS = 24 * 3_600_000;

/**
 * True for an UpdatedDate more than a day after its batch was written: nobody changed the row then, and it would win over
 * every correction (billing specification, "Which row wins").
 */
export function isAheadOfBatch({ updatedDate, batch }: Pick<RowVersion, 'updatedDate' | 'batch'>): boolean {
  return updatedDate !== null && updatedDate > latestChange(batch);
}

/** True for a row that has no UpdatedDate of its own, or none that can be true: it is as old as its batch. */
export function isDatedByBatch(version: Pick<RowVersion, 'updatedDate' | 'batch'>): boolean {
  return version.updatedDate === null || isAheadOfBatch(version);
}

/** The instant that a row stands for. */
export function effectiveInstant(version: Pick<RowVersion, 'updatedDate' | 'batch'>): Instant {
  const { updatedDate, batch } = version;
  return updatedDate === null || isAheadOfBatch(version) ? instantOfBatch(batch) : updatedDate;
}

let lastBatch: { readonly batch: BatchId; readonly latest: Instant } | undefined;

/** The last instant that an UpdatedDate of the batch can name. Asked of every row, and most rows share their batch. */
export function latestChange(batch: BatchId): Instant {
  if (lastBatch?.batch !== batch) lastBatch = { batch, latest: addMillis(instantOfBatch(batch), MOST_AHEAD_MILLIS) };
  return lastBatch.latest;
}
