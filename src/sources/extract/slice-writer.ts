import { parseInstant, type BatchId, type Instant } from '../../core/time.ts';
import { PartWriter } from '../../lake/sources/part-writer.client.ts';
import type { BatchPlace, SourceFeed } from '../../lake/sources/place.ts';
import type { SourceLake, StagedPart } from '../../lake/sources/source-lake.ts';
import { DriftCounter, type Drift } from '../api/drift.ts';
import { JsonValue } from '../api/json/json.ts';
import type { Stream } from '../api/platform.ts';
import type { ApiRecord } from '../api/records.ts';

/** What was fetched of one stream of a slice, in temporary files. */
export interface StagedStream {
  readonly stream: Stream;
  readonly place: BatchPlace;
  readonly parts: readonly StagedPart[];
  readonly records: number;
  readonly drift: Drift;
}

/** A stream that is being written. */
interface OpenStream {
  readonly stream: Stream;
  readonly place: BatchPlace;
  readonly writer: PartWriter;
  readonly drift: DriftCounter;
}

/** Takes the records of a slice, those of its stream and of the children that come with it, into staged files. */
export class SliceWriter {
  readonly #lake: SourceLake;
  readonly #feed: Omit<SourceFeed, 'stream'>;
  readonly #batch: BatchId;
  readonly #streams: readonly Stream[];
  readonly #seenField: string | undefined;
  #open = new Map<string, OpenStream>();
  #greatest: Instant | null = null;

  /**
   * @param streams the one that is asked for, then its children
   * @param seenField the field whose greatest value is wanted: the cursor's, where the platform takes no upper bound
   */
  constructor(lake: SourceLake, feed: Omit<SourceFeed, 'stream'>, batch: BatchId, streams: readonly Stream[], seenField: string | undefined) {
    this.#lake = lake;
    this.#feed = feed;
    this.#batch = batch;
    this.#streams = streams;
    this.#seenField = seenField;
  }

  /** The greatest value of the cursor's field so far. */
  get greatestSeen(): Instant | null {
    return this.#greatest;
  }

  get records(): number {
    return [...this.#open.values()].reduce((sum, { writer }) => sum + writer.records, 0);
  }

  /** Makes the files anew, as if nothing had been taken. */
  async begin(): Promise<void> {
    await this.discard();
    for (const stream of this.#streams) {
      const place = { ...this.#feed, stream: stream.name, batch: this.#batch };
      const writer = new PartWriter(await this.#lake.stage(place));
      this.#open.set(stream.name, { stream, place, writer, drift: new DriftCounter(stream.fields, stream.ignored) });
    }
  }

  /** @returns a promise where the caller should wait before it gives more */
  add({ stream, line }: ApiRecord): Promise<void> | undefined {
    const target = this.#open.get(stream ?? this.#streams[0]?.name ?? '');
    if (target === undefined) return undefined;
    const record = JsonValue.of(line);
    target.drift.see(record);
    if (this.#seenField !== undefined && target.stream === this.#streams[0]) this.#see(record.scalarAt(this.#seenField));
    return target.writer.add(line);
  }

  /** Ends the files. */
  async finish(): Promise<StagedStream[]> {
    const staged: StagedStream[] = [];
    for (const { stream, place, writer, drift } of this.#open.values()) staged.push({ stream, place, parts: await writer.finish(), records: writer.records, drift: drift.result });
    return staged;
  }

  /** Removes what is staged. */
  async discard(): Promise<void> {
    for (const { writer, place } of this.#open.values()) {
      await writer.discard();
      await this.#lake.unstage(place);
    }
    this.#open = new Map();
    this.#greatest = null;
  }

  #see(text: string | undefined): void {
    const value = text === undefined ? undefined : parseInstant(text);
    if (value !== undefined && (this.#greatest === null || value > this.#greatest)) this.#greatest = value;
  }
}
