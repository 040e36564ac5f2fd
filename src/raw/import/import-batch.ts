import { writeBehind } from '../../core/async/write-behind.ts';
import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { groupBy } from '../../core/group-by.ts';
import type { RunId } from '../../core/ids.ts';
import { startTimer, type Clock } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { AuditWriter } from '../../engine/records/audit.repository.ts';
import { finishBatches, finishedOf, lockFeed } from '../../engine/runs/import-batches.repository.ts';
import type { BrandLease } from '../../engine/runs/job.ts';
import { CHUNK_ROWS, type PlannedBatch } from '../read/batch-reader.ts';
import { BatchWrite, feedKeyOf, keyOf, refusedOutcome, type BatchOutcome, type FinishedOutcome, type OpenFeed } from './batch-write.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { keepingOf } from '../keeping/keeping.ts';
import { readErasures, rememberRecords } from '../erasure/erasures.repository.ts';
import { isEmpty, writeNewBatch, writeNewRows } from '../keeping/newest/new-rows.repository.ts';
import type { SortedRows } from '../keeping/newest/sorted-rows.ts';
import { chunksOf, stateChunks, stateWhole, surveyed } from './state-batch.ts';
import { sweepLate } from '../keeping/restated/sweep.repository.ts';
import { endSnapshot, passOver } from './snapshot-batch.ts';
import { addRows, type BegunBatch, type StorePlan, type StorePlanContext, type WholeBatch } from './store-plans.ts';
import { saveExceptions } from '../quarantine/quarantine.repository.ts';
import { KeyHashes } from '../store/key-hashes.ts';
import type { BatchRows, LookupHint, RawTarget, RowFacts } from '../store/raw-target.ts';
import type { RawRow } from '../rows/row-parser.ts';

/** What a batch is imported with. */
export interface ImportContext extends StorePlanContext {
  readonly database: Database;
  readonly runId: RunId;
  readonly leases: readonly BrandLease[];
  readonly audit: AuditWriter;
  readonly clock: Clock;
  /** Read the next batches while the database stores those before. */
  readonly readsAhead: boolean;
  /** Whose turn it is among the feeds that are imported at once. */
  readonly limiters: { readonly read: Limiter; readonly store: Limiter };
  readonly lookupHint: LookupHint;
  /** What is made of the rows of an entity in their transaction, if anything. */
  readonly factsOf?: (entity: Entity) => RowFacts | undefined;
  readonly allowShrink?: boolean;
}

/** Does the work as soon as its turn has come. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

/** What became of each of some batches. */
export type BatchOutcomes = ReadonlyMap<PlannedBatch, BatchOutcome>;

/**
 * Stores whole batches of one feed inside the caller's transaction, as if one after the other: rows, rejected and
 * repaired rows and the history commit together or not at all.
 * @param batches oldest first
 */
export async function storeBatches(context: ImportContext, tx: Transaction, entity: Entity, batches: readonly WholeBatch[]): Promise<BatchOutcomes> {
  const elapsed = startTimer();
  const all = batches.map(({ reader }) => reader.planned);
  const feed = await openFeed(context, tx, entity, all);
  const open = batches.filter(({ reader }) => !feed.finished.has(reader.planned.batch.batch));
  const writes = open.map(({ reader, rows }) => new BatchWrite(feed, reader, rows));
  const refused = await applyEach(feed.target, writes);
  const finished = await finishTogether(context, tx, feed, writes.filter((write) => !refused.has(write.reader.planned)), elapsed());
  return new Map(all.map((planned) => [planned, finished.get(planned) ?? refused.get(planned) ?? { status: 'skipped' }]));
}

/**
 * The same for rows in the order of their keys: into a table that holds nothing of the feed without a look, else compared
 * with what stands there, which is read in the same order where most of it comes again.
 */
export async function storeSortedBatches(context: ImportContext, tx: Transaction, entity: Entity, { rows, readers }: Extract<StorePlan, { kind: 'sorted' }>): Promise<BatchOutcomes> {
  const elapsed = startTimer();
  const all = readers.map(({ planned }) => planned);
  const feed = await openFeed(context, tx, entity, all);
  const writes = readers.filter(({ planned }) => !feed.finished.has(planned.batch.batch)).map((reader) => new BatchWrite(feed, reader));
  if (await isNew(feed)) {
    await writeNewRows(feed.target, rows, writes);
    failpoint('import.chunk.written');
  } else if (writes.length > 0) {
    for await (const group of rows.inGroups(CHUNK_ROWS)) await apply(feed.target, byBatch(writes, group));
  }
  const finished = await finishTogether(context, tx, feed, writes, elapsed());
  return new Map(all.map((planned) => [planned, finished.get(planned) ?? { status: 'skipped' }]));
}

/** Rows by their batch, oldest batch first; those of batches that are not to be written are left out. */
function byBatch(writes: readonly BatchWrite[], rows: readonly RawRow[]): BatchRows[] {
  const [only] = writes;
  if (only !== undefined && writes.length === 1 && rows.every(({ batch }) => batch === only.batch)) return [only.with(rows)];
  const found = groupBy(rows, ({ batch }) => batch);
  return writes.map((write) => write.with(found.get(write.batch) ?? []));
}

/**
 * Stores one batch inside the caller's transaction in chunks, of which one is written while the next is read. A batch
 * that is refused may have left rows by then: the transaction must roll back.
 */
export async function storeLargeBatch(context: ImportContext, tx: Transaction, entity: Entity, { planned, begin }: Extract<StorePlan, { kind: 'large' }>): Promise<BatchOutcome> {
  const elapsed = startTimer();
  let begun = begin();
  const before = begun.reader.milliseconds;
  try {
    const feed = await openFeed(context, tx, entity, [planned]);
    if (feed.finished.size > 0) return { status: 'skipped' };
    const keeping = keepingOf(entity);
    const survey = keeping.of === 'slices' ? await surveyed(keeping, entity, begun) : undefined;
    if (survey !== undefined) {
      await close(begun);
      begun = begin();
    }
    const keys = planned.batch.isSnapshot === true ? new KeyHashes() : undefined;
    const write = new BatchWrite(feed, begun.reader, [], keys);
    if (keeping.of === 'slices' && survey !== undefined) await stateChunks(keeping, feed.target, write, begun.first, survey);
    else if (keys !== undefined && (await passOver(tx, write))) failpoint('import.chunk.written');
    else if (begun.rows === undefined) await applyAll(feed.target, write, begun.first);
    else if (await isNew(feed)) await loadAll(feed.target, write, begun.rows);
    else {
      await compareAll(feed.target, write, begun.rows);
      if (keys !== undefined) await endSnapshot(feed.target, write, keys);
    }
    write.milliseconds = before + elapsed();
    const outcome = write.outcome();
    await finish(context, tx, feed, new Map([[write, outcome]]));
    return outcome;
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    return refusedOutcome(begun.reader, error);
  } finally {
    await close(begun);
  }
}

async function close({ reader, rows }: BegunBatch): Promise<void> {
  await rows?.clear();
  await reader.close();
}

/** Applies whole batches. @returns those that are refused: nothing of them was written */
async function applyEach(target: RawTarget, writes: readonly BatchWrite[]): Promise<ReadonlyMap<PlannedBatch, BatchOutcome>> {
  const keeping = keepingOf(target.entity);
  const refused = new Map<PlannedBatch, BatchOutcome>();
  if (keeping.of === 'rows') {
    await keeping.apply(target, writes);
    failpoint('import.chunk.written');
    return refused;
  }
  for (const write of writes) {
    try {
      await stateWhole(keeping, target, write);
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
      refused.set(write.reader.planned, refusedOutcome(write.reader, error));
    }
  }
  return refused;
}

/** Compares and writes chunk after chunk; the next one is read meanwhile. */
async function applyAll(target: RawTarget, batch: BatchWrite, first: readonly RawRow[]): Promise<void> {
  await writeBehind(chunksOf(batch, first), (rows) => apply(target, [batch.with(rows)]));
}

/** Writes the rows in the order of their keys, as there is nothing to compare them with. */
async function loadAll(target: RawTarget, batch: BatchWrite, rows: SortedRows): Promise<void> {
  await writeNewBatch(target, rows, () => batch.reader.next(1), batch);
  failpoint('import.chunk.written');
}

/** Compares as many rows at a time as there is room for, in the order of their keys. */
async function compareAll(target: RawTarget, batch: BatchWrite, rows: SortedRows): Promise<void> {
  for (let added = 'too_many'; ; added = await addRows(batch.reader, rows)) {
    for await (const group of rows.inGroups(CHUNK_ROWS)) await apply(target, [batch.with(group)]);
    await rows.clear();
    if (added === 'all') return;
  }
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
  // A list of keys and the stream that it lists are compared with each other: only one of them is stored at a time.
  if (entity.sweeps !== undefined) await lockFeed(tx, feedKeyOf({ ...first.batch.feed, entity: entity.sweeps.name }), context.runId);
  await lockFeed(tx, key, context.runId);
  const finished = await finishedOf(tx, key, planned.flatMap(({ batch, again }) => (again ? [] : [batch.batch])));
  failpoint('import.batch.opened');
  const erasures = await readErasures(database, tx, brand);
  const facts = context.factsOf?.(entity);
  return { target: { ...context, tx, entity, brand, repeats: new Map(), isSnapshot: first.batch.isSnapshot === true, ...(facts === undefined ? {} : { facts }) }, erasures, finished };
}

/** True if the feed has nothing that rows must be compared with, and nothing follows from its rows. */
async function isNew({ target, erasures, finished }: OpenFeed): Promise<boolean> {
  return target.facts === undefined && finished.size === 0 && erasures.isEmpty && (await isEmpty(target.database, target.tx, target.entity, target.brand));
}

async function apply(target: RawTarget, batches: readonly BatchRows[]): Promise<void> {
  const keeping = keepingOf(target.entity);
  if (keeping.of === 'rows') await keeping.apply(target, batches);
  failpoint('import.chunk.written');
}

/** Ends batches that were stored together; each took its share of the time. */
async function finishTogether(context: ImportContext, tx: Transaction, feed: OpenFeed, writes: readonly BatchWrite[], milliseconds: number): Promise<Map<PlannedBatch, FinishedOutcome>> {
  const total = writes.reduce((sum, { reader }) => sum + reader.read, 0);
  for (const write of writes) {
    const share = total === 0 ? 1 / writes.length : write.reader.read / total;
    write.milliseconds = write.reader.milliseconds + milliseconds * share;
  }
  const finished = new Map(writes.map((write) => [write, write.outcome()]));
  await finish(context, tx, feed, finished);
  return new Map([...finished].map(([{ reader }, outcome]) => [reader.planned, outcome]));
}

/** Writes what belongs to batches besides their rows, and that they are finished. */
async function finish(context: ImportContext, tx: Transaction, { erasures, target }: OpenFeed, batches: ReadonlyMap<BatchWrite, FinishedOutcome>): Promise<void> {
  const { database, runId, clock } = context;
  for (const write of batches.keys()) {
    const { reader, key, rejects } = write;
    const { repairs, planned } = reader;
    // Only a batch that is imported again can have left rejected or repaired rows that must make room.
    if (!planned.again && rejects.length + repairs.length === 0) continue;
    const kept = rejects.map((reject) => erasures.reject(reject));
    await saveExceptions(database, tx, key, kept, repairs.map((repair) => erasures.repair(repair)), runId, clock);
  }
  failpoint('import.exceptions.written');
  const [first] = batches.keys();
  await sweepLate(target, first?.reader.planned.batch.feed.origin?.account, [...batches.keys()].map(({ batch }) => batch));
  if (erasures.found.size > 0) await rememberRecords({ ...context, tx }, target.brand, erasures.found, undefined);
  const history = [...batches].map(([{ reader, key }, { result }]) => ({ key, attempt: reader.planned.attempt, result }));
  await finishBatches(tx, history, runId, clock);
  failpoint('import.history.written');
}
