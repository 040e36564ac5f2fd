import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import type { RunId } from '../core/ids.ts';
import { startTimer, type Clock } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { BatchReading, Lake, LakeBatch, LakePart, ReadStatistics } from '../lake/lake.ts';
import type { AuditWriter } from '../runs/audit.repository.ts';
import {
  finishBatch,
  isFinished,
  lockFeed,
  zeroCounts,
  type BatchKey,
  type BatchResult,
  type ImportCounts,
} from '../runs/import-batches.repository.ts';
import type { BrandLease } from '../runs/job.ts';
import { fence } from '../runs/locks.repository.ts';
import type { Entity } from './contract.ts';
import { describeDrift, newDrift, type DriftReport } from './drift.ts';
import type { Erasures } from './erasure/erasures.ts';
import { readErasures, rememberRecords } from './erasure/erasures.repository.ts';
import { PartReader } from './part-reader.ts';
import { saveExceptions, type Reject, type Repair } from './quarantine.repository.ts';
import { applyEvents } from './email/events.repository.ts';
import { applyRows, isEmpty, type RawTarget } from './raw.repository.ts';
import type { RawRow } from './row-parser.ts';
import { exceedsLimit, formatRejectLimit, type RejectLimit } from './reject-limit.ts';
import { SeenKeys } from './seen-keys.ts';

/** What a batch is imported with. */
export interface ImportContext {
  readonly database: Database;
  readonly lake: Lake;
  readonly runId: RunId;
  readonly changeNo: number;
  readonly leases: readonly BrandLease[];
  readonly audit: AuditWriter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly rejectLimit: RejectLimit;
  /** Import a batch again although the history has it finished: a backfill. */
  readonly again: boolean;
  /** Told the rows of each block as they are read, and how many bytes of the batch that took so far. */
  readonly onRows: (rows: number, batch: LakeBatch, bytesRead: number) => void;
}

/** A batch that is to be imported. */
export interface PlannedBatch {
  readonly batch: LakeBatch;
  readonly attempt: number;
  /** True if the history has no batch of the feed, so that its table may be empty. */
  readonly first: boolean;
}

/** What became of a batch. `refused`: the transaction must roll back. `skipped`: another run has finished it. */
export type BatchOutcome =
  | { readonly status: 'finished'; readonly result: BatchResult; readonly drift: DriftReport }
  | { readonly status: 'refused'; readonly result: BatchResult; readonly error: HubError }
  | { readonly status: 'skipped' };

/** Rows compared and written at once. Bigger chunks meet the index in better order; this one keeps memory small. */
const CHUNK_ROWS = 5_000;

/**
 * Imports one batch inside the caller's transaction: reads all parts, compares and writes the rows in chunks while the
 * next ones are read, then the rejected and repaired rows and the history row. All of it commits together or not at all.
 * A batch is refused if a part cannot be read, lacks a required column, or too many rows are rejected.
 */
export async function importBatch(
  context: ImportContext,
  tx: Transaction,
  entity: Entity,
  { batch, attempt, first }: PlannedBatch,
): Promise<BatchOutcome> {
  const key = keyOf(batch);
  const elapsed = startTimer();
  await lockFeed(tx, key, context.runId);
  if (!context.again && (await isFinished(tx, key))) return { status: 'skipped' };
  failpoint('import.batch.opened');
  const counts = zeroCounts();
  const reading = context.lake.readBatch(batch, { signal: context.signal, attempt });
  const { brand } = batch.feed;
  const seen = first && (await isEmpty(context.database, tx, entity, brand)) ? new SeenKeys() : undefined;
  const erasures = await readErasures(context.database, tx, brand);
  const work = new BatchWork({ ...context, tx, entity, brand, repeats: new Map(), seen }, batch, counts, erasures);
  try {
    await work.readAll(context, reading);
    refuseAboveLimit(context.rejectLimit, counts, work.rejects);
  } catch (error) {
    await work.settle();
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    return { status: 'refused', error, result: resultOf(counts, work, reading.statistics, elapsed()) };
  }
  // Only a batch that is imported again can have left rejected or repaired rows that must make room.
  if (context.again || work.rejects.length + work.repairs.length > 0) {
    await saveExceptions(context.database, tx, key, work.rejects, work.repairs, context.runId, context.clock);
  }
  failpoint('import.exceptions.written');
  if (erasures.found.size > 0) await rememberRecords({ ...context, tx }, batch.feed.brand, erasures.found, undefined);
  checkConservation(counts, key);
  const result = resultOf(counts, work, reading.statistics, elapsed());
  await finishBatch(tx, key, context.runId, attempt, result, context.clock);
  failpoint('import.history.written');
  await fence(tx, leasesOn(context, key.brand), context.clock);
  return { status: 'finished', result, drift: describeDrift(work.drift) };
}

/** The leases that a write of the brand must hold. */
export function leasesOn({ leases }: Pick<ImportContext, 'leases'>, brand: string): BrandLease[] {
  return leases.filter((lease) => lease.brand === brand);
}

/** The key of a lake batch in the history. */
export function keyOf({ feed, batch }: LakeBatch): BatchKey {
  return { feed: feed.source, brand: feed.brand, entity: feed.entity, batch };
}

/** The rows of a batch on their way: one chunk is written while the next is read. */
class BatchWork {
  readonly drift = newDrift();
  readonly rejects: Reject[] = [];
  readonly repairs: Repair[] = [];
  readonly #target: RawTarget;
  readonly #erasures: Erasures;
  readonly #batch: LakeBatch;
  readonly #counts: ImportCounts;
  #chunk: RawRow[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(target: RawTarget, batch: LakeBatch, counts: ImportCounts, erasures: Erasures) {
    this.#erasures = erasures;
    this.#target = target;
    this.#batch = batch;
    this.#counts = counts;
  }

  async readAll(context: ImportContext, { parts, statistics }: BatchReading): Promise<void> {
    let nextRow = 1;
    for await (const part of parts) {
      if (part.header.length === 0) continue;
      const reader = this.#readerOf(part, nextRow);
      for await (const block of part.blocks) {
        if (context.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
        reader.read(block);
        context.onRows(block.length, this.#batch, statistics.bytesScanned);
        if (this.#chunk.length >= CHUNK_ROWS) await this.#writeChunk();
      }
      reader.end();
      nextRow = reader.nextRow;
    }
    await this.#writeChunk();
    await this.#writing;
  }

  /** Waits for a write under way, whose error, if any, is not the one to report. */
  async settle(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  #readerOf(part: LakePart, firstRow: number): PartReader {
    try {
      const reader = new PartReader(this.#target.entity, part, this.#batch.batch, firstRow, this.drift, {
        row: (row) => {
          this.#counts.read++;
          this.#chunk.push(this.#erasures.row(this.#target.entity, row));
        },
        reject: (reject) => {
          this.#counts.read++;
          this.#counts.rejected++;
          this.rejects.push(detached(this.#erasures.reject(reject)));
        },
        repair: (repair) => {
          this.#counts.repaired++;
          this.repairs.push(detached(this.#erasures.repair(repair)));
        },
      }, this.#target.brand);
      for (const name of reader.header.unknown) this.drift.unknownColumns.add(name);
      for (const name of reader.header.absent) this.drift.absentColumns.add(name);
      return reader;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      throw new HubError(error.kind, error.code, error.message, {
        context: { ...error.context, file: part.name },
        ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
      });
    }
  }

  /** Starts writing the chunk once the one before is written; the caller reads on meanwhile. */
  async #writeChunk(): Promise<void> {
    await this.#writing;
    const rows = this.#chunk;
    this.#chunk = [];
    if (rows.length === 0) return;
    const apply = this.#target.entity.feed === 'email' ? applyEvents : applyRows;
    this.#writing = apply(this.#target, rows, this.#counts).then(() => {
      failpoint('import.chunk.written');
    });
    // Awaited at the next chunk; without a handler until then the process would end on a failed write.
    this.#writing.catch(() => undefined);
  }
}

/**
 * A copy with texts of its own. A field that was cut out of a block keeps the whole block in memory, and these are kept
 * until the end of the batch: half a megabyte for each row otherwise.
 */
function detached<Exception extends Reject | Repair>(exception: Exception): Exception {
  return structuredClone(exception);
}

function refuseAboveLimit(limit: RejectLimit, counts: ImportCounts, rejects: readonly Reject[]): void {
  if (!exceedsLimit(limit, counts.rejected, counts.read)) return;
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
    `${counts.rejected} of ${counts.read} rows were rejected, more than ${formatRejectLimit(limit)}: ` +
      `${most.map(([reason, rows]) => `${rows} × ${reason}`).join(', ')}.`,
    {
      context: { file: first?.part, line: first?.line, column: first?.column ?? undefined },
      nextStep: 'Have the exporter correct the partition, or allow more with --max-rejects; nothing of this batch was stored.',
    },
  );
}

function checkConservation(counts: ImportCounts, key: BatchKey): void {
  const { read, inserted, updated, unchanged, deleted, stale, rejected } = counts;
  const sum = inserted + updated + unchanged + deleted + stale + rejected;
  if (read === sum) return;
  throw new HubError('unexpected', 'rows_not_conserved', `${read} rows were read but ${sum} accounted for.`, {
    context: { ...key, ...counts },
    nextStep: 'Nothing of this batch was stored. This is a fault of hub: report it with this message.',
  });
}

function resultOf(counts: ImportCounts, work: BatchWork, statistics: ReadStatistics, durationMs: number): BatchResult {
  return {
    ...counts,
    duration_ms: durationMs,
    files: statistics.files,
    bytes_scanned: statistics.bytesScanned,
    drift: JSON.stringify(describeDrift(work.drift)),
  };
}
