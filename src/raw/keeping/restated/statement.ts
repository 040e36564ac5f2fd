import type { BatchId } from '../../../core/time.ts';
import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { Reject } from '../../quarantine/quarantine.repository.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import type { Slice } from './slices.ts';
import type { Survey } from './survey.ts';

/** A batch that states slices whole; it was read to its end, so it is known what it leaves out. */
export interface StatedBatch {
  readonly batch: BatchId;
  readonly survey: Survey;
  /** Its rejected rows: the slices that they may belong to stay as they were. */
  readonly rejects: readonly Reject[];
  /** Of the batch; rows are added to it, and `removed`. */
  readonly counts: ImportCounts;
  /** True: rows that were rejected before. Those of a slice that the batch has stated meanwhile are added to it. */
  readonly isReplay?: boolean;
}

/** A statement that is being written. */
export interface Statement {
  /** Takes rows of the batch: all of them, or chunk after chunk. */
  apply(rows: readonly RawRow[]): Promise<void>;
  /** To be called after the last rows. */
  end(): Promise<void>;
  /** Slices that stay as they were although the batch states them, as a row of them was rejected. */
  readonly heldSlices: readonly Slice[];
  /** The good rows of those slices; they wait in quarantine for the bad one. */
  readonly held: readonly RawRow[];
}
