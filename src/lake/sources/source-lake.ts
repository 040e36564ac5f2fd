import type { BatchId } from '../../core/time.ts';
import type { BatchManifest, ManifestPart } from './manifest.ts';
import type { BatchPlace, SourceFeed } from './place.ts';

/** A part that is written, but not yet in the lake. */
export interface StagedPart extends ManifestPart {
  /** The local file. */
  readonly file: string;
}

/** Which feeds are asked for; what is left out is all. */
export interface FeedSelection {
  readonly platforms?: readonly string[] | undefined;
  readonly streams?: readonly string[] | undefined;
  readonly accounts?: readonly string[] | undefined;
}

/**
 * The lake of what platforms answered, as batches of NDJSON:
 * `<platform>/<stream>/account=<account>/batch=<YYYYMMDDTHHMMSSZ>/part-00000.ndjson.gz … _manifest.json`. A batch exists
 * if and only if its manifest does; it is put there after its parts (sources specification, "Layout, visibility").
 */
export interface SourceLake {
  /** `file:…` or `s3://…`, for messages. */
  readonly location: string;
  /** A local folder, empty, for the files that will be the batch's parts; it outlives the process. */
  stage(place: BatchPlace): Promise<string>;
  /** Removes that folder with what is in it. */
  unstage(place: BatchPlace): Promise<void>;
  /** Moves a staged file into the batch's folder. */
  putPart(place: BatchPlace, part: StagedPart): Promise<void>;
  /** Makes the batch visible, or puts another manifest in the place of its own. */
  putManifest(manifest: BatchManifest): Promise<void>;
  removePart(place: BatchPlace, name: string): Promise<void>;
  /** Names and bytes of the parts that lie there, with or without a manifest. */
  partSizes(place: BatchPlace): Promise<ReadonlyMap<string, number>>;
  /** @throws HubError refused if the file is no manifest of this batch */
  manifest(place: BatchPlace): Promise<BatchManifest | undefined>;
  /** The feeds of which the lake has a folder, in the order of their names. */
  feeds(selection?: FeedSelection): Promise<SourceFeed[]>;
  /** The batches of a feed that have a manifest, oldest first. */
  batches(feed: SourceFeed): Promise<BatchId[]>;
  /** The bytes of a part's file. @throws HubError refused if it is missing */
  openPart(place: BatchPlace, name: string): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}
