import type { BatchId } from '../../core/time.ts';
import type { RecordBlock } from '../text/record-lines.ts';

/** A feed of the lake: `billing/invoice` of one brand. */
export interface LakeFeed {
  readonly source: 'billing' | 'email' | 'ads' | 'inventory' | 'sources';
  readonly entity: string;
  readonly brand: string;
  /** Of a platform's stream: where it is from. */
  readonly origin?: FeedOrigin;
}

/** The stream of an account of a platform. */
export interface FeedOrigin {
  readonly platform: string;
  readonly stream: string;
  readonly account: string;
}

/** A partition: everything that the exporter wrote at one instant for one feed. */
export interface LakeBatch {
  readonly feed: LakeFeed;
  readonly batch: BatchId;
  /**
   * What the lake calls the partitions of this instant, where it is not the usual name: folders on disk, values of the
   * column `batch` in Athena. Several if the instant is written in several ways.
   */
  readonly partitions?: readonly string[];
  /** Files and their size on disk, where they are known without reading and are all that is read; progress is measured by them. */
  readonly files?: number;
  readonly bytes?: number;
  /** True: the batch has every record of its feed, so that what it leaves out is deleted. */
  readonly isSnapshot?: boolean;
  /** What the batch states whole even where it has no rows of it, if its manifest says so. */
  readonly states?: readonly StatedPart[];
  /** If its manifest tells of it. */
  readonly drift?: PathDrift;
  /** Changes when a file of the batch comes, goes or is written again (layout.ts, fingerprintOf); undefined if the lake cannot tell. */
  readonly fingerprint?: string;
}

/** How the records of a batch differ from what was known of them when it was written: paths with the number of records. */
export interface PathDrift {
  readonly unknown: Readonly<Record<string, number>>;
  /** Of a path that no record has, the number of all records. */
  readonly lost: Readonly<Record<string, number>>;
  /** Of another kind than was known. */
  readonly changed: Readonly<Record<string, number>>;
}

/** A part of a table that a batch states whole: an account, or a day of it (YYYY-MM-DD). */
export interface StatedPart {
  readonly account: readonly string[];
  readonly day: string | null;
}

/** Something in the lake that looks like data and that no import reads. */
export interface UnreadPlace {
  /** Where it lies, relative to the lake. */
  readonly place: string;
  /** Why it is not read, as the end of a sentence: `it is no batch=<YYYYMMDDTHHMMSSZ>`. */
  readonly why: string;
  /** The source that it lies under, if it is one of hub's. */
  readonly source?: LakeFeed['source'];
}

/** What lies in the lake for a feed. */
export interface FeedListing {
  /** Ascending. */
  readonly batches: readonly LakeBatch[];
  readonly unread: readonly UnreadPlace[];
  /** Set if the files of the batches cannot be seen: why. Changes of a batch that was read then go unnoticed. */
  readonly unseen?: string;
}

/** The entities that imports read, by source, and the brands that are configured. */
export interface KnownFeeds {
  readonly entities: Readonly<Record<Exclude<LakeFeed['source'], 'sources'>, readonly string[]>>;
  readonly brands: readonly string[];
}

/** Which partitions to list: `from` inclusive, `until` exclusive. */
export interface BatchRange {
  readonly from?: BatchId;
  readonly until: BatchId;
}


/** One file, or one query result, of a batch. */
export interface LakePart {
  /** File name, or the id of the query: shown in errors and kept with rejected rows. */
  readonly name: string;
  /** Empty if the part has no bytes at all. */
  readonly header: readonly string[];
  /** True if a row may have more or fewer fields than the header (CSV files; never query results). */
  readonly ragged: boolean;
  /** Of a file in a form of its own: what is known of its records that are no rows of the header yet. */
  readonly unmapped?: UnmappedRecords;
  /** Blocks of records, in order; a block is small enough to hold in memory (a few thousand at most). */
  readonly blocks: AsyncIterable<RecordBlock>;
  /** Of a part of JSON records: where they are from, and which of their fields make the key, if only the source knows that. */
  readonly records?: FeedOrigin & { readonly key?: readonly string[] | undefined };
  /** Told how many fields the records have from now on, when a header came again. Query results have one header. */
  readonly setWidth?: (width: number) => void;
}

/** What reading a batch cost. Complete when the parts are read to the end. */
export interface ReadStatistics {
  files: number;
  /** Bytes read from disk, or scanned by the query. */
  bytesScanned: number;
}

/**
 * Records of a file in a form of its own before they are mapped to the part's header: where a value was lost or gained shows in the order
 * of the file alone, and what it is in the form of the file (record.ts, `unmapped`).
 */
export interface UnmappedRecords {
  /** What stood between the fields. */
  readonly delimiter: string;
  /** The columns of the file in their order, which are the first ones of the part's header: a value as the kinds of the contract read it. */
  readonly readers: readonly ((text: string) => string)[];
  /** The fields of the file of a record of the last block, by its line; undefined if it has none. */
  sourceOf(line: number): readonly (string | null)[] | undefined;
  /** The fields under the part's header of a record that has as many as the file has columns. */
  map(fields: readonly (string | null)[]): (string | null)[];
}

/** How many rows a batch must have: of each file, or altogether where its parts are no files. */
export type ExpectedRows = ReadonlyMap<string, number> | number;

/** Reading of a batch: parts in name order; read one to its end before the next. */
export interface BatchReading {
  readonly parts: AsyncIterable<LakePart>;
  readonly statistics: ReadStatistics;
  /**
   * What the manifest of the batch says (manifest.ts); undefined if it has none.
   * @throws HubError refused `invalid_manifest`
   */
  expectedRows(): Promise<ExpectedRows | undefined>;
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
  /** The batches of a feed in the range, and what lies beside them. */
  listFeed(feed: LakeFeed, range: BatchRange, signal: AbortSignal): Promise<FeedListing>;
  /** What lies in the lake and belongs to no feed that is known: other entities, brands that are not configured. */
  listUnknown(known: KnownFeeds, signal: AbortSignal): Promise<UnreadPlace[]>;
  /** A batch that is to be imported, with what its manifest says of it, where that costs a request for each. */
  describe?(batch: LakeBatch): Promise<LakeBatch>;
  readBatch(batch: LakeBatch, options: ReadOptions): BatchReading;
  /** A cheap check that the lake answers; throws as above. */
  check(signal: AbortSignal): Promise<{ readonly detail: string }>;
  close(): Promise<void>;
}
