import type { BatchId } from '../core/time.ts';
import type { LakeRecord } from './record.ts';
import type { RecordLines } from './record-lines.ts';

/** A feed of the lake: `billing/invoice` of one brand. */
export interface LakeFeed {
  readonly source: 'billing' | 'email';
  readonly entity: string;
  readonly brand: string;
}

/** A partition: everything that the exporter wrote at one instant for one feed. */
export interface LakeBatch {
  readonly feed: LakeFeed;
  readonly batch: BatchId;
  /** Size on disk, where it is known without reading; progress is measured by it. */
  readonly bytes?: number;
}

/** Which partitions to list: `from` inclusive, `until` exclusive. */
export interface BatchRange {
  readonly from?: BatchId;
  readonly until: BatchId;
}

/** Records in their order. Lines of a file may come as bytes; whoever wants records of them can go through them. */
export type RecordBlock = readonly LakeRecord[] | RecordLines;

/** One file, or one query result, of a batch. */
export interface LakePart {
  /** File name, or the id of the query: shown in errors and kept with rejected rows. */
  readonly name: string;
  /** Empty if the part has no bytes at all. */
  readonly header: readonly string[];
  /** True if a row may have more or fewer fields than the header (CSV files; never query results). */
  readonly ragged: boolean;
  /** Blocks of records, in order; a block is small enough to hold in memory (a few thousand at most). */
  readonly blocks: AsyncIterable<RecordBlock>;
  /** Told how many fields the records have from now on, when a header came again. Query results have one header. */
  readonly setWidth?: (width: number) => void;
}

/** What reading a batch cost. Complete when the parts are read to the end. */
export interface ReadStatistics {
  files: number;
  /** Bytes read from disk, or scanned by the query. */
  bytesScanned: number;
}

/** Reading of a batch: parts in name order; read one to its end before the next. */
export interface BatchReading {
  readonly parts: AsyncIterable<LakePart>;
  readonly statistics: ReadStatistics;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Counts the tries of one batch; part of the query token, so that a retried request is not run twice. */
  readonly attempt: number;
}

/**
 * The port to the data lake. Two implementations: files on disk and Athena.
 *
 * @throws HubError `transient` if the lake is unreachable or throttled beyond the retries,
 *   `refused` (code `unreadable_file`) if a part is truncated or damaged,
 *   `configuration` if the location does not exist.
 */
export interface Lake {
  /** `file:fixtures/lake` or `athena://catalog/database`, without secrets. */
  readonly location: string;
  /** The partitions of a feed in the range, ascending by batch. */
  listBatches(feed: LakeFeed, range: BatchRange, signal: AbortSignal): Promise<LakeBatch[]>;
  readBatch(batch: LakeBatch, options: ReadOptions): BatchReading;
  /** A cheap check that the lake answers; throws as above. */
  check(signal: AbortSignal): Promise<{ readonly detail: string }>;
  close(): Promise<void>;
}
