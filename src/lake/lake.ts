import type { BatchId } from '../core/time.ts';

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

/** One record of a part, before any interpretation. */
export interface LakeRecord {
  /**
   * The fields in the order of the part's header. `null` only where the source tells NULL from the empty string. They
   * may be split whenever they are asked for, and are not copied with the record.
   */
  readonly fields: readonly (string | null)[];
  /** 1-based line of the part on which the record starts; the header is line 1. For query results: the row number. */
  readonly line: number;
  /** The text of the record as read, where it is at hand cheaply (files: always). Undefined for query results. */
  readonly raw?: string;
  /** Set if the bytes of the record cannot be text. `raw` then shows the offending bytes as `\xNN`. */
  readonly fault?: 'invalid_utf8' | 'nul_byte';
}

/** One file, or one query result, of a batch. */
export interface LakePart {
  /** File name, or the id of the query: shown in errors and kept with rejected rows. */
  readonly name: string;
  /** Empty if the part has no bytes at all. */
  readonly header: readonly string[];
  /** True if a row may have more or fewer fields than the header (CSV files; never query results). */
  readonly ragged: boolean;
  /** Blocks of records, in order; a block is small enough to hold in memory (a few thousand at most). */
  readonly blocks: AsyncIterable<readonly LakeRecord[]>;
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
