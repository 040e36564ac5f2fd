import type { BatchId } from '../../../core/time.ts';
import { mayBeOf, type Slice, type SliceTrace } from './slices.ts';

/** What becomes of a slice: it is replaced; it stays, as a later batch stated it; or it stays, as a row of it was rejected. */
export type Verdict = 'replace' | 'stale' | 'held';

/** What stated a slice last. */
export interface KnownStatement {
  readonly batch: BatchId;
  readonly rows: number;
  /** Empty if no batch states it at once. */
  readonly checksum: string;
}

/**
 * What becomes of a slice that a batch states (metrics specification, "Slices"): an older batch never changes a newer slice,
 * and a bad row never deletes good ones.
 * @param traces of the rejected rows of the batch
 */
export function verdictOn(slice: Slice, batch: BatchId, known: KnownStatement | undefined, traces: readonly SliceTrace[]): Verdict {
  if (known !== undefined && known.batch > batch) return 'stale';
  return traces.some((trace) => mayBeOf(trace, slice)) ? 'held' : 'replace';
}
