import { instantOfBatch, type BatchId, type Instant } from '../../../core/time.ts';
import { shrinkRefusal, shrinksTooMuch } from '../../store/shrink.ts';

/** A stored record, as far as a sweep decides about it. */
export interface SweptRow {
  readonly key: string;
  readonly batch: BatchId;
  readonly updatedDate: Instant | null;
}

/**
 * True of a record that a list of all keys may delete by leaving it out: one that came, and changed, before the list was made.
 * What is newer than the list may be missing from it and be there.
 */
export function isOlderThan(sweep: BatchId, { batch, updatedDate }: SweptRow): boolean {
  return batch < sweep && (updatedDate === null || updatedDate < instantOfBatch(sweep));
}

/** @throws HubError refused `shrink` if so many records of a stream may not go at once */
export function refuseLargeSweep(gone: number, live: number, stream: string): void {
  if (shrinksTooMuch(gone, live)) throw shrinkRefusal(gone, live, `records of ${stream} would be deleted`, 'the list of keys is whole, as with the permission to read all of them');
}
