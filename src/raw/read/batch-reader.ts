import { HubError } from '../../core/errors.ts';
import { startTimer } from '../../core/time.ts';
import type { BatchReading, Lake, LakeBatch, LakePart, ReadStatistics } from '../../lake/port/lake.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { addHeader, newDrift } from '../rows/drift.ts';
import { withOwnKeys } from '../rows/shared-ids.ts';
import type { HeaderMatch } from '../rows/header.ts';
import { PartReader } from './part-reader.ts';
import { RecordReader } from './record-reader.ts';
import type { Reject, Repair } from '../quarantine/quarantine.repository.ts';
import { requireAllRows, requireWholeFile } from './complete.ts';
import { exceedsLimit, formatRejectLimit, type RejectLimit } from '../quarantine/reject-limit.ts';
import type { RawRow } from '../rows/row-parser.ts';
import type { ScannedRow } from '../rows/row-scanner.ts';

/** What a batch is read with. */
export interface ReadContext {
  readonly lake: Lake;
  readonly signal: AbortSignal;
  readonly rejectLimit: RejectLimit;
  /** Told the rows of each block as they are read, and how many bytes of the batch that took so far. */
  readonly onRows: (rows: number, batch: LakeBatch, bytesRead: number) => void;
}

/** A batch that is to be imported. */
export interface PlannedBatch {
  readonly batch: LakeBatch;
  readonly attempt: number;
  /** Import it although the history has it finished: a backfill, or its files changed. */
  readonly again: boolean;
}

/** Takes rows that are still bytes. */
export interface ScannedRows {
  addScanned(row: ScannedRow): void;
}

/** Rows compared and written at once. Bigger chunks meet the index in better order; this one keeps memory small. */
export const CHUNK_ROWS = 5_000;

/** The header stands before it. */
const FIRST_LINE = 2;

/** A batch on its way out of the lake: its rows in chunks, and what was odd about it. */
export class BatchReader {
  readonly planned: PlannedBatch;
  readonly drift;
  readonly rejects: Reject[] = [];
  readonly repairs: Repair[] = [];
  /** Rows that could be read and wait with a rejected one: they go to quarantine with it. */
  readonly held: Reject[] = [];
  /** Records of which an erasure left the key alone: what is stored of them says more. */
  erased = 0;
  /** Rows read so far, rejected ones included. */
  read = 0;
  /** How long reading took so far. */
  milliseconds = 0;
  readonly #context: ReadContext;
  readonly #entity: Entity;
  readonly #reading: BatchReading;
  readonly #chunks: AsyncGenerator<RawRow[], void>;
  #chunk: RawRow[] = [];
  #wanted = CHUNK_ROWS;
  #taker: ScannedRows | undefined;
  /** Parts in their order, with the position of their first row. */
  readonly #parts: { readonly name: string; readonly firstRow: number }[] = [];
  /** Rows that it took since the last chunk. */
  #taken = 0;

  constructor(context: ReadContext, entity: Entity, planned: PlannedBatch) {
    this.planned = planned;
    this.drift = newDrift(planned.batch.drift);
    this.#context = context;
    this.#entity = entity;
    this.#reading = context.lake.readBatch(planned.batch, { signal: context.signal, attempt: planned.attempt });
    this.#chunks = this.#readChunks();
  }

  /** Files and bytes read so far. */
  get statistics(): ReadStatistics {
    return this.#reading.statistics;
  }

  /**
   * The next rows: as many as wanted and some more, or fewer if they are the last; undefined after those.
   * @param taker gets those that are still bytes; they are not among the rows returned then
   * @throws HubError refused if a part cannot be read, lacks a required column, has other rows than the manifest says,
   *   or too many rows are rejected;
   *   interrupted if the import is
   */
  async next(wanted = CHUNK_ROWS, taker?: ScannedRows): Promise<RawRow[] | undefined> {
    const elapsed = startTimer();
    this.#wanted = wanted;
    this.#taker = taker;
    try {
      return (await this.#chunks.next()).value ?? undefined;
    } finally {
      this.milliseconds += elapsed();
    }
  }

  /** The part of a row that was read, and its line, if every row is a line. */
  placeOf({ row }: Pick<RawRow, 'row'>): { readonly part: string; readonly line: number } {
    const part = this.#parts.findLast(({ firstRow }) => firstRow <= row);
    return { part: part?.name ?? '', line: row - (part?.firstRow ?? 1) + (this.#entity.record === undefined ? FIRST_LINE : 1) };
  }

  /** Reads no further. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async *#readChunks(): AsyncGenerator<RawRow[], void> {
    const { parts, statistics } = this.#reading;
    const { batch } = this.planned;
    const rowsOf = new Map<string, number>();
    let nextRow = 1;
    for await (const part of parts) {
      rowsOf.set(part.name, 0);
      this.#parts.push({ name: part.name, firstRow: nextRow });
      if (part.header.length === 0) continue;
      const readBefore = this.read;
      const reader = this.#readerOf(part, nextRow);
      for await (const block of part.blocks) {
        goOnUnlessInterrupted(this.#context.signal);
        const before = reader.nextRow;
        ofPart(part, () => {
          reader.read(block);
        });
        this.#context.onRows(reader.nextRow - before, batch, statistics.bytesScanned);
        if (this.#hasEnough) yield this.#takeChunk();
      }
      ofPart(part, () => {
        reader.close();
      });
      nextRow = reader.nextRow;
      rowsOf.set(part.name, this.read - readBefore);
      if (batch.isSnapshot === true) requireWholeFile(this.rejects.at(-1), part.name, nextRow - 1);
    }
    if (this.#hasEnough) yield this.#takeChunk();
    requireAllRows(await this.#reading.expectedRows(), rowsOf);
    if (this.#entity.record !== undefined) requireSomeOf(this.rejects, this.read);
    this.#refuseAboveLimit();
    yield this.#takeChunk();
  }

  get #hasEnough(): boolean {
    return this.#chunk.length + this.#taken >= this.#wanted;
  }

  #takeChunk(): RawRow[] {
    const rows = this.#chunk;
    this.#chunk = [];
    this.#taken = 0;
    return this.#entity.recipient === undefined ? rows : withOwnKeys(this.#entity, this.planned.batch.feed.brand, rows);
  }

  #readerOf(part: LakePart, firstRow: number): PartReader | RecordReader {
    const { batch, feed } = this.planned.batch;
    const sink = {
      row: (row: RawRow) => {
        this.read++;
        this.#chunk.push(row);
      },
      scanned: (row: ScannedRow) => {
        this.read++;
        if (this.#taker === undefined) {
          this.#chunk.push(row.toRow());
        } else {
          this.#taken++;
          this.#taker.addScanned(row);
        }
      },
      reject: (reject: Reject) => {
        this.read++;
        this.rejects.push(detached(reject));
      },
      erased: () => {
        this.read++;
        this.erased++;
      },
      repair: (repair: Repair) => void this.repairs.push(detached(repair)),
      header: (match: HeaderMatch) => {
        addHeader(this.drift, match);
      },
    };
    if (this.#entity.record !== undefined) return new RecordReader(this.#entity, part, { batch, brand: feed.brand, firstRow, drift: this.drift }, sink);
    return ofPart(part, () => new PartReader(this.#entity, part, batch, firstRow, this.drift, sink, feed.brand));
  }

  #refuseAboveLimit(): void {
    const { read, rejects } = this;
    const limit = this.#context.rejectLimit;
    if (!exceedsLimit(limit, rejects.length, read)) return;
    const reasons = new Map<string, number>();
    for (const { code, column } of rejects) {
      const reason = column === null ? code : `${code} in ${column}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const most = [...reasons].sort(([, a], [, b]) => b - a).slice(0, 3);
    const first = rejects[0];
    throw new HubError(
      'refused',
      'too_many_rejects',
      `${rejects.length} of ${read} rows were rejected, more than ${formatRejectLimit(limit)}: ` +
        `${most.map(([reason, rows]) => `${rows} × ${reason}`).join(', ')}.`,
      {
        context: { file: first?.part, line: first?.line, column: first?.column ?? undefined },
        nextStep: 'Have the exporter correct the partition, or allow more with --max-rejects; nothing of this batch was stored.',
      },
    );
  }
}

/**
 * A required field that every record lacks is a change of the platform or of its definition, and no fault of single records.
 * @throws HubError refused (missing_field)
 */
function requireSomeOf(rejects: readonly Reject[], read: number): void {
  const [first] = rejects;
  if (first === undefined || rejects.length < read || rejects.some(({ code, column }) => code !== 'missing_value' || column !== first.column)) return;
  throw new HubError('refused', 'missing_field', `No record has the required field ${first.column ?? ''}.`, {
    context: { file: first.part, column: first.column ?? undefined },
    nextStep: 'See with hub sources describe whether the platform has changed; nothing of this batch was stored.',
  });
}

/** An error of the work names the part. */
function ofPart<T>({ name }: LakePart, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    throw new HubError(error.kind, error.code, error.message, {
      context: { ...error.context, file: name },
      ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
    });
  }
}

/** @throws HubError interrupted */
export function goOnUnlessInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
}

/**
 * A copy with texts of its own. A field that was cut out of a block keeps the whole block in memory, and these are kept
 * until the end of the batch: half a megabyte for each row otherwise.
 */
function detached<Exception extends Reject | Repair>(exception: Exception): Exception {
  return structuredClone(exception);
}
