import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import type { RunId } from '../core/ids.ts';
import { startTimer, type Clock } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { AuditWriter } from '../runs/audit.repository.ts';
import { finishBatches, finishedOf, lockFeed } from '../runs/import-batches.repository.ts';
import type { BrandLease } from '../runs/job.ts';
import type { PlannedBatch, ReadContext } from './batch-reader.ts';
import { BatchWrite, keyOf, refusedOutcome, type BatchOutcome, type FinishedOutcome, type OpenFeed } from './batch-write.ts';
import type { Entity } from './contract.ts';
import { applyEvents } from './email/events.repository.ts';
import { readErasures, rememberRecords } from './erasure/erasures.repository.ts';
import { isEmpty, loadFirstRows } from './first-rows.repository.ts';
import type { BegunBatch, WholeBatch } from './pieces.ts';
import type { BatchRows } from './plan-rows.ts';
import { saveExceptions } from './quarantine.repository.ts';
import type { FeedHabit, RawTarget } from './raw-target.ts';
import { applyRows } from './raw.repository.ts';
import type { RawRow } from './row-parser.ts';

/** What a batch is imported with. */
export interface ImportContext extends ReadContext {
  readonly database: Database;
  readonly runId: RunId;
  readonly changeNo: number;
  readonly leases: readonly BrandLease[];
  readonly audit: AuditWriter;
  readonly clock: Clock;
  /** Import a batch again although the history has it finished: a backfill. */
  readonly again: boolean;
  /** Read the next batches while the database stores those before. */
  readonly readsAhead: boolean;
  readonly habit: FeedHabit;
}

/**
 * Stores whole batches of one feed inside the caller's transaction, as if one after the other: rows, rejected and
 * repaired rows and the history commit together or not at all.
 * @param batches oldest first
 */
export async function storeBatches(
  context: ImportContext,
  tx: Transaction,
  entity: Entity,
  batches: readonly WholeBatch[],
): Promise<Map<PlannedBatch, BatchOutcome>> {
  const elapsed = startTimer();
  const outcomes = new Map<PlannedBatch, BatchOutcome>(batches.map(({ reader }) => [reader.planned, { status: 'skipped' }]));
  const feed = await openFeed(context, tx, entity, [...outcomes.keys()]);
  const open = batches.filter(({ reader }) => !feed.finished.has(reader.planned.batch.batch));
  const writes = open.map(({ reader, rows }) => new BatchWrite(feed, reader, rows));
  await apply(feed.target, writes);
  const total = writes.reduce((sum, { rows }) => sum + rows.length, 0);
  for (const write of writes) {
    const share = total === 0 ? 1 / writes.length : write.rows.length / total;
    write.milliseconds = write.reader.milliseconds + elapsed() * share;
  }
  const finished = new Map(writes.map((write) => [write, write.outcome()]));
  await finish(context, tx, feed, finished);
  for (const [{ reader }, outcome] of finished) outcomes.set(reader.planned, outcome);
  return outcomes;
}

/**
 * Stores one batch inside the caller's transaction in chunks, of which one is written while the next is read. A batch
 * that is refused may have left rows by then: the transaction must roll back.
 */
export async function storeLargeBatch(
  context: ImportContext,
  tx: Transaction,
  entity: Entity,
  planned: PlannedBatch,
  { reader, first }: BegunBatch,
): Promise<BatchOutcome> {
  const elapsed = startTimer();
  const before = reader.milliseconds;
  try {
    const feed = await openFeed(context, tx, entity, [planned]);
    if (feed.finished.size > 0) return { status: 'skipped' };
    const write = new BatchWrite(feed, reader);
    if (feed.target.isEmpty === true && entity.feed === 'billing') await loadAll(feed.target, write, first);
    else await applyAll(feed.target, write, first);
    write.milliseconds = before + elapsed();
    const outcome = write.outcome();
    await finish(context, tx, feed, new Map([[write, outcome]]));
    return outcome;
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    return refusedOutcome(reader, error);
  } finally {
    await reader.close();
  }
}

/** Compares and writes chunk after chunk; the next one is read meanwhile. */
async function applyAll(target: RawTarget, batch: BatchWrite, first: readonly RawRow[] | undefined): Promise<void> {
  let writing = Promise.resolve();
  try {
    for (let rows = first ?? (await batch.reader.next()); rows !== undefined; rows = await batch.reader.next()) {
      await writing;
      writing = apply(target, [batch.with(rows)]);
      // Awaited after the next chunk is read; without a handler until then the process would end on a failed write.
      writing.catch(() => undefined);
    }
  } finally {
    // A write under way must not meet the roll-back; its error, if any, is not the one to report.
    await writing.catch(() => undefined);
  }
  await writing;
}

/** Writes rows as they are read, as there is nothing to compare them with. */
async function loadAll(target: RawTarget, batch: BatchWrite, first: RawRow[] | undefined): Promise<void> {
  let begun = first;
  const next = async (): Promise<readonly RawRow[] | undefined> => {
    const rows = begun ?? (await batch.reader.next(1));
    begun = undefined;
    return rows && batch.with(rows).rows;
  };
  await loadFirstRows({ ...target, isEmpty: false }, next, batch);
  failpoint('import.chunk.written');
}

/** The leases that a write of the brand must hold. */
export function leasesOn({ leases }: Pick<ImportContext, 'leases'>, brand: string): BrandLease[] {
  return leases.filter((lease) => lease.brand === brand);
}

async function openFeed(context: ImportContext, tx: Transaction, entity: Entity, planned: readonly PlannedBatch[]): Promise<OpenFeed> {
  const { database } = context;
  const [first] = planned;
  if (first === undefined) throw new HubError('unexpected', 'no_batches', 'There is no batch to store.');
  const { brand } = first.batch.feed;
  const key = keyOf(first.batch);
  await lockFeed(tx, key, context.runId);
  const finished = context.again ? new Set<string>() : await finishedOf(tx, key, planned.map(({ batch }) => batch.batch));
  failpoint('import.batch.opened');
  const erasures = await readErasures(database, tx, brand);
  const holdsNothing = first.first && (await isEmpty(database, tx, entity, brand));
  return { target: { ...context, tx, entity, brand, repeats: new Map(), isEmpty: holdsNothing }, erasures, finished };
}

async function apply(target: RawTarget, batches: readonly BatchRows[]): Promise<void> {
  await (target.entity.feed === 'email' ? applyEvents : applyRows)(target, batches);
  failpoint('import.chunk.written');
}

/** Writes what belongs to batches besides their rows, and that they are finished. */
async function finish(context: ImportContext, tx: Transaction, { erasures, target }: OpenFeed, batches: ReadonlyMap<BatchWrite, FinishedOutcome>): Promise<void> {
  const { database, runId, clock, again } = context;
  for (const { reader, key } of batches.keys()) {
    const { rejects, repairs } = reader;
    // Only a batch that is imported again can have left rejected or repaired rows that must make room.
    if (!again && rejects.length + repairs.length === 0) continue;
    const kept = rejects.map((reject) => erasures.reject(reject));
    await saveExceptions(database, tx, key, kept, repairs.map((repair) => erasures.repair(repair)), runId, clock);
  }
  failpoint('import.exceptions.written');
  if (erasures.found.size > 0) await rememberRecords({ ...context, tx }, target.brand, erasures.found, undefined);
  const history = [...batches].map(([{ reader, key }, { result }]) => ({ key, attempt: reader.planned.attempt, result }));
  await finishBatches(tx, history, runId, clock);
  failpoint('import.history.written');
}
