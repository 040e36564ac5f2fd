import { failpoint } from '../core/failpoint.ts';
import { checksum } from '../core/hash.ts';
import { readAhead } from '../core/read-ahead.ts';
import type { Shard } from '../core/shard.ts';
import { addDays, batchOfInstant, dateOf, instantOfBatch, startOfDay, type BatchId } from '../core/time.ts';
import { runTransaction, type Transaction } from '../db/database.ts';
import type { BatchRange, LakeBatch, LakeFeed } from '../lake/lake.ts';
import { fencedTransaction } from '../runs/fenced.ts';
import { advanceMark, batchHistory, readMark, refuseBatch } from '../runs/import-batches.repository.ts';
import { goOnUnlessInterrupted, type PlannedBatch } from './batch-reader.ts';
import { keyOf, refusedOutcome, type BatchOutcome } from './batch-write.ts';
import type { Entity } from './contract.ts';
import { addOutcome, newOutcome, type FeedOutcome } from './feed-outcome.ts';
import { leasesOn, storeBatches, storeLargeBatch, type ImportContext } from './import-batch.ts';
import { piecesOf, type Piece } from './pieces.ts';

/** Which batches of a feed an import takes. */
export interface FeedSelection {
  /** Given for a backfill: batches in this range are read again. */
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  /** The start of the run: what comes later waits for the next one. */
  readonly until: BatchId;
  readonly lookbackDays: number;
  readonly shard: Shard;
}

/** The batches of one feed that are to be imported, oldest first. */
export interface FeedPlan {
  readonly entity: Entity;
  readonly feed: LakeFeed;
  readonly batches: readonly PlannedBatch[];
  /** All batches listed, for the mark. */
  readonly listed: readonly BatchId[];
  /** The mark as it was; a killed run can have left it behind its batches. */
  readonly mark: BatchId | null;
}

/** Told about each batch that is dealt with. */
export type BatchListener = (batch: LakeBatch, outcome: BatchOutcome) => void;

/** Lists the lake and the history of a feed and picks the batches to import. */
export async function planFeed(
  context: Pick<ImportContext, 'database' | 'lake' | 'signal'>,
  entity: Entity,
  brand: string,
  selection: FeedSelection,
): Promise<FeedPlan> {
  const feed: LakeFeed = { source: entity.feed, entity: entity.name, brand };
  const key = { feed: entity.feed, brand, entity: entity.name };
  const history = await batchHistory(context.database, key);
  const mark = await readMark(context.database, key);
  const range = selection.range ?? listingRange(mark, selection);
  const found = await context.lake.listBatches(feed, range, context.signal);
  const wanted = found.filter(
    ({ batch }) =>
      (selection.range !== undefined || history.get(batch)?.status !== 'finished') &&
      selection.shard.has(checksum(`${entity.name}/${brand}/${batch}`)),
  );
  return {
    entity,
    feed,
    batches: wanted.map((batch, index) => ({ batch, attempt: (history.get(batch.batch)?.attempts ?? 0) + 1, first: index === 0 && history.size === 0 })),
    listed: found.map(({ batch }) => batch),
    mark,
  };
}

/** The mark only bounds how far back the lake is listed; what is imported, the history decides. */
function listingRange(mark: BatchId | null, { until, lookbackDays }: FeedSelection): BatchRange {
  if (mark === null) return { until };
  return { from: batchOfInstant(startOfDay(addDays(dateOf(instantOfBatch(mark)), -lookbackDays))), until };
}

/** Runs work in a transaction, or in a savepoint of one; rolled back if the result says so. */
type Transact = <T>(work: (tx: Transaction) => Promise<T>, rollbackIf?: (result: T) => boolean) => Promise<T>;

/** Imports the planned batches, small ones together, a large one in a transaction of its own. */
export async function importFeed(context: ImportContext, plan: FeedPlan, onBatch: BatchListener): Promise<FeedOutcome> {
  const leases = leasesOn(context, plan.feed.brand);
  const transact: Transact = (work, rollbackIf) => fencedTransaction(context, leases, work, rollbackIf && { rollbackIf });
  const outcome = await importBatches(context, plan, transact, async (planned, result) => {
    failpoint('import.batch.committed');
    if (result.status === 'refused') await recordRefusal(context, planned, result);
    onBatch(planned.batch, result);
  });
  const newest = plan.listed.at(-1);
  if (newest !== undefined && (plan.mark ?? '') < newest) {
    const key = keyOf({ feed: plan.feed, batch: '' as BatchId });
    await fencedTransaction(context, leases, (tx) => advanceMark(tx, key, plan.listed));
  }
  return outcome;
}

/**
 * The dry run of a feed: the same work in one transaction that is rolled back, so that each batch is compared with
 * what the batches before it would have left. Nothing is written.
 */
export async function rehearseFeed(context: ImportContext, plan: FeedPlan, onBatch: BatchListener): Promise<FeedOutcome> {
  const rehearse = (tx: Transaction): Promise<FeedOutcome> =>
    importBatches(context, plan, (work, rollbackIf) => runTransaction(tx, work, rollbackIf), (planned, result) => {
      onBatch(planned.batch, result);
    });
  return context.database.transaction(rehearse, { rollbackIf: () => true, signal: context.signal });
}

/** A refused batch does not stop the others. */
async function importBatches(
  context: ImportContext,
  { entity, feed, batches }: FeedPlan,
  transact: Transact,
  onBatch: (planned: PlannedBatch, result: BatchOutcome) => Promise<void> | void,
): Promise<FeedOutcome> {
  const outcome = newOutcome(feed);
  const pieces = piecesOf(context, entity, batches);
  try {
    for await (const piece of readAhead(async () => (await pieces.next()).value ?? undefined, context.readsAhead)) {
      goOnUnlessInterrupted(context.signal);
      const results = await storePiece(context, entity, piece, transact);
      for (const [planned, result] of results) {
        addOutcome(outcome, planned.batch, result);
        await onBatch(planned, result);
      }
    }
  } finally {
    await pieces.return();
  }
  return outcome;
}

async function storePiece(context: ImportContext, entity: Entity, piece: Piece, transact: Transact): Promise<Map<PlannedBatch, BatchOutcome>> {
  switch (piece.kind) {
    case 'whole':
      return transact((tx) => storeBatches(context, tx, entity, piece.batches));
    case 'large': {
      const { planned, begin } = piece;
      const store = async (tx: Transaction): Promise<BatchOutcome> => storeLargeBatch(context, tx, entity, planned, begin());
      return new Map([[planned, await transact(store, ({ status }) => status === 'refused')]]);
    }
    case 'refused':
      return new Map([[piece.reader.planned, refusedOutcome(piece.reader, piece.error)]]);
  }
}

async function recordRefusal(
  context: ImportContext,
  { batch, attempt }: PlannedBatch,
  { result, error }: Extract<BatchOutcome, { status: 'refused' }>,
): Promise<void> {
  const refuse = (tx: Transaction): Promise<void> => refuseBatch(tx, keyOf(batch), context.runId, attempt, result, error, context.clock);
  await fencedTransaction(context, leasesOn(context, batch.feed.brand), refuse);
  failpoint('import.refusal.recorded');
}
