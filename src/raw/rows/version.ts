import { checksum } from '../../core/hash.ts';
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

/** The hash of a row. @param text of the stored columns and `extra` */
export function rowHash(text: string, deleted: boolean): string {
  return checksum(deleted ? `${text}\tdeleted` : text);
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
