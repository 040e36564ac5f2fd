import { HubError } from '../../core/errors.ts';
import type { LakeBatch } from '../../lake/port/lake.ts';
import { zeroCounts, type BatchKey, type BatchResult, type ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { BatchReader } from '../read/batch-reader.ts';
import { describeDrift, type DriftReport } from '../rows/drift.ts';
import type { Erasures } from '../erasure/erasures.ts';
import type { KeyHashes } from '../store/key-hashes.ts';
import type { BatchRows, RawTarget } from '../store/raw-target.ts';
import { groupRejects, type RejectGroup } from './problems/reject-problems.ts';
import type { RawRow } from '../rows/row-parser.ts';
import { feedNameOf } from '../../sources/contract/source-id.ts';
import { sourceRecords } from '../../sources/streams/records.ts';
import type { Statement } from '../keeping/restated/statement.ts';
import type { Reject } from '../quarantine/quarantine.repository.ts';
import { heldReject } from './problems/held-rows.ts';

/** What became of a batch. `refused`: nothing of it may stay. `skipped`: another run has finished it. */
export type BatchOutcome =
  | FinishedOutcome
  | { readonly status: 'refused'; readonly result: BatchResult; readonly error: HubError }
  | { readonly status: 'skipped' };

/** All of the batch is stored, as soon as the transaction commits. */
export interface FinishedOutcome {
  readonly status: 'finished';
  readonly result: BatchResult;
  readonly drift: DriftReport;
  readonly rejects: readonly RejectGroup[];
  /** Slices that stayed as they were, as a row of them was rejected: part of the batch is refused. */
  readonly heldSlices: number;
  /** True of a snapshot of which nothing was deleted, as it cannot be told which record a rejected row is of: part of it is refused. */
  readonly holdsDeletions: boolean;
}

/** A feed that this transaction alone may write. */
export interface OpenFeed {
  readonly target: RawTarget;
  readonly erasures: Erasures;
  /** Batches that another run has finished since this one planned them. */
  readonly finished: ReadonlySet<string>;
}

/** The key of a feed in the history: of a platform's stream, the platform and the account instead of the source. */
export function feedKeyOf({ source, brand, entity, origin }: LakeBatch['feed']): Omit<BatchKey, 'batch'> {
  if (origin === undefined) return { feed: source, brand, entity };
  const { platform, stream, account } = origin;
  // Streams that share a table without a contract are told apart here.
  return { feed: feedNameOf(entity === sourceRecords.name ? `${platform}/${stream}` : platform, account), brand, entity };
}

/** The key of a lake batch in the history. */
export function keyOf({ feed, batch }: LakeBatch): BatchKey {
  return { ...feedKeyOf(feed), batch };
}

/** The outcome of a batch that was refused while it was read. */
export function refusedOutcome(reader: BatchReader, error: HubError): Extract<BatchOutcome, { status: 'refused' }> {
  return { status: 'refused', error, result: resultOf(countsOf(reader), reader, reader.milliseconds) };
}

/** A batch on its way into the database. */
export class BatchWrite implements BatchRows {
  readonly reader: BatchReader;
  readonly rows: readonly RawRow[];
  readonly counts = zeroCounts();
  /** How long reading and storing it took. */
  milliseconds = 0;
  heldSlices = 0;
  holdsDeletions = false;
  readonly #opened: OpenFeed;
  readonly #keys: KeyHashes | undefined;

  /** @param keys takes those of the rows that are written */
  constructor(opened: OpenFeed, reader: BatchReader, rows: readonly RawRow[] = [], keys?: KeyHashes) {
    this.#opened = opened;
    this.#keys = keys;
    this.reader = reader;
    this.rows = this.#erased(rows);
  }

  /** Everything of the batch that goes to quarantine. */
  get rejects(): readonly Reject[] {
    return [...this.reader.rejects, ...this.reader.held];
  }

  /** The rows of a statement that wait for a rejected one. */
  hold({ held, heldSlices }: Statement): void {
    this.heldSlices = heldSlices.length;
    this.reader.held.push(...held.map((row) => heldReject(this.#opened.target.entity, row, this.reader.placeOf(row))));
  }

  /** The rows as they may be stored: without what was erased. */
  erased(rows: readonly RawRow[]): readonly RawRow[] {
    return this.#erased(rows);
  }

  get batch(): LakeBatch['batch'] {
    return this.reader.planned.batch.batch;
  }

  get key(): BatchKey {
    return keyOf(this.reader.planned.batch);
  }

  /** Other rows of the same batch. */
  with(rows: readonly RawRow[]): BatchRows {
    if (this.#keys !== undefined) for (const { sourceId } of rows) this.#keys.add(sourceId);
    return { batch: this.batch, rows: this.#erased(rows), counts: this.counts };
  }

  /** @throws HubError unexpected if a row was lost */
  outcome(): FinishedOutcome {
    const { read, rejected, repaired } = countsOf(this.reader);
    const counts = { ...this.counts, read, rejected, repaired, stale: this.counts.stale + this.reader.erased };
    checkConservation(counts, this.key);
    return { status: 'finished', result: resultOf(counts, this.reader, this.milliseconds), drift: describeDrift(this.reader.drift), rejects: groupRejects(this.rejects), heldSlices: this.heldSlices, holdsDeletions: this.holdsDeletions };
  }

  #erased(rows: readonly RawRow[]): readonly RawRow[] {
    const { erasures, target } = this.#opened;
    return erasures.isEmpty ? rows : rows.map((row) => erasures.row(target.entity, row));
  }
}

function countsOf({ read, rejects, held, repairs }: BatchReader): ImportCounts {
  return { ...zeroCounts(), read, rejected: rejects.length + held.length, repaired: repairs.length };
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

function resultOf(counts: ImportCounts, reader: BatchReader, durationMs: number): BatchResult {
  const { files, bytesScanned } = reader.statistics;
  // As listed, not as read: what came in between is then seen as a change by the next run.
  const fingerprint = reader.planned.batch.fingerprint ?? null;
  return { ...counts, duration_ms: Math.trunc(durationMs), files, bytes_scanned: bytesScanned, fingerprint, drift: JSON.stringify(describeDrift(reader.drift)) };
}
