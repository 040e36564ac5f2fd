import { failpoint } from '../../core/failpoint.ts';
import { checksum } from '../../core/hash.ts';
import type { Problem } from '../../core/problem.ts';
import { readAhead } from '../../core/async/read-ahead.ts';
import type { Shard } from '../../core/shard.ts';
import type { BatchId } from '../../core/time.ts';
import { runTransaction, type Transaction } from '../../db/database.ts';
import type { FeedOrigin, LakeBatch, LakeFeed, UnreadPlace } from '../../lake/port/lake.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { advanceMark, batchHistory, readMark, refuseBatch, rememberFiles } from '../../engine/runs/import-batches.repository.ts';
import { keepingOf } from '../keeping/keeping.ts';
import { goOnUnlessInterrupted, type PlannedBatch } from '../read/batch-reader.ts';
import { stateOfBatch } from './batch-state.ts';
import { feedKeyOf, keyOf, refusedOutcome, type BatchOutcome } from './batch-write.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { addOutcome, newOutcome, type FeedOutcome } from './feed-outcome.ts';
import { leasesOn, storeBatches, storeLargeBatch, storeSortedBatches, type BatchOutcomes, type ImportContext } from './import-batch.ts';
import { changeProblem, unreadProblems } from './problems/listing-problems.ts';
import { storePlansOf, type StorePlan } from './store-plans.ts';

/** A feed that an import is asked for. */
export interface ImportedFeed {
  readonly entity: Entity;
  readonly brand: string;
  /** Of a platform's stream: where it is from. */
  readonly origin?: FeedOrigin;
}

/** Which batches of a feed an import takes. */
export interface FeedSelection {
  /** Given for a backfill: batches in this range are read again. */
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  /** The start of the run: what comes later waits for the next one. */
  readonly until: BatchId;
  readonly shard: Shard;
}

/** The batches of one feed that are to be imported, oldest first. */
export interface FeedPlan {
  readonly entity: Entity;
  readonly feed: LakeFeed;
  readonly batches: readonly PlannedBatch[];
  /** All batches listed, for the mark. */
  readonly listed: readonly BatchId[];
  /** Batches that were stored before files were remembered; what is seen of them now is remembered. */
  readonly unmarked: readonly LakeBatch[];
  /** What lies in the lake for the feed and is not read. */
  readonly unread: readonly UnreadPlace[];
  /** Why the files of its batches cannot be seen. */
  readonly unseen?: string;
  /** What the listing has to say to the reader of the report. */
  readonly problems: readonly Problem[];
  /** The mark as it was; a killed run can have left it behind its batches. */
  readonly mark: BatchId | null;
  /** The history has no batch of the feed. */
  readonly isFirst: boolean;
  /** Nothing of it will be stored by the time that its batches are read, as no other shard stores some meanwhile. */
  readonly isNew: boolean;
}

/** Told about each batch that is dealt with. */
export type BatchListener = (batch: LakeBatch, outcome: BatchOutcome) => void;

/** Lists the lake and the history of a feed and picks the batches to import. */
export async function planFeed(
  context: Pick<ImportContext, 'database' | 'lake' | 'signal'>,
  { entity, brand, origin }: ImportedFeed,
  selection: FeedSelection,
): Promise<FeedPlan> {
  const feed: LakeFeed = { source: entity.feed, entity: entity.name, brand, ...(origin === undefined ? {} : { origin }) };
  const key = feedKeyOf(feed);
  const history = await batchHistory(context.database, key);
  const mark = await readMark(context.database, key);
  const listing = await context.lake.listFeed(feed, selection.range ?? { until: selection.until }, context.signal);
  const own = listing.batches
    .filter(({ batch }) => selection.shard.has(checksum(`${entity.name}/${brand}/${batch}${origin === undefined ? '' : `/${origin.account}`}`)))
    .map((batch) => ({ batch, known: history.get(batch.batch), state: stateOfBatch(batch, history.get(batch.batch)) }));
  const wanted = own.filter(({ state }) => selection.range !== undefined || state === 'new' || state === 'changed');
  const planned = await Promise.all(wanted.map(async ({ batch, known, state }) => ({ batch: (await context.lake.describe?.(batch)) ?? batch, attempt: (known?.attempts ?? 0) + 1, again: selection.range !== undefined || state === 'changed' })));
  const changed = own.filter(({ state }) => state === 'changed');
  return {
    entity,
    feed,
    batches: planned,
    listed: listing.batches.map(({ batch }) => batch),
    unmarked: selection.range === undefined ? own.filter(({ state }) => state === 'unmarked').map(({ batch }) => batch) : [],
    unread: listing.unread,
    ...(listing.unseen === undefined ? {} : { unseen: listing.unseen }),
    problems: [...unreadProblems(listing.unread, feed), ...changed.map(({ batch, known }) => changeProblem(batch, known?.files ?? 0))],
    mark,
    isFirst: history.size === 0,
    isNew: history.size === 0 && keepingOf(entity).sorts && selection.shard.count === 1,
  };
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
  const movesMark = newest !== undefined && (plan.mark ?? '') < newest;
  if (movesMark || plan.unmarked.length > 0) {
    const key = keyOf({ feed: plan.feed, batch: '' as BatchId });
    await fencedTransaction(context, leases, async (tx) => {
      await rememberFiles(tx, key, plan.unmarked);
      if (movesMark) await advanceMark(tx, key, plan.listed);
    });
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
  return context.database.rehearse(rehearse, { signal: context.signal });
}

/** A refused batch does not stop the others. */
async function importBatches(
  context: ImportContext,
  { entity, feed, batches }: FeedPlan,
  transact: Transact,
  onBatch: (planned: PlannedBatch, result: BatchOutcome) => Promise<void> | void,
): Promise<FeedOutcome> {
  const outcome = newOutcome(feed);
  const storePlans = storePlansOf(context, entity, batches);
  /** Those that hold memory or a file; one that was read ahead is not stored if one before it fails. */
  const open = new Set<StorePlan>();
  const nextStorePlan = (): Promise<StorePlan | undefined> =>
    context.limiters.read(async () => {
      const { value } = await storePlans.next();
      if (value !== undefined) open.add(value);
      return value ?? undefined;
    });
  try {
    for await (const storePlan of readAhead(nextStorePlan, context.readsAhead)) {
      const results = await context.limiters.store(() => applyStorePlan(context, entity, storePlan, transact));
      await forget(storePlan);
      open.delete(storePlan);
      for (const [planned, result] of results) {
        addOutcome(outcome, planned.batch, result);
        await onBatch(planned, result);
      }
    }
  } finally {
    await storePlans.return();
    for (const storePlan of open) await forget(storePlan);
  }
  return outcome;
}

async function applyStorePlan(context: ImportContext, entity: Entity, storePlan: StorePlan, transact: Transact): Promise<BatchOutcomes> {
  goOnUnlessInterrupted(context.signal);
  switch (storePlan.kind) {
    case 'sorted':
      return transact((tx) => storeSortedBatches(context, tx, entity, storePlan));
    case 'whole':
      return transact((tx) => storeBatches(context, tx, entity, storePlan.batches));
    case 'large': {
      const store = (tx: Transaction): Promise<BatchOutcome> => storeLargeBatch(context, tx, entity, storePlan);
      return new Map([[storePlan.planned, await transact(store, ({ status }) => status === 'refused')]]);
    }
    case 'refused':
      return new Map([[storePlan.reader.planned, refusedOutcome(storePlan.reader, storePlan.error)]]);
  }
}

/** Gives back what a plan holds in memory and on disk. */
async function forget(storePlan: StorePlan): Promise<void> {
  if (storePlan.kind === 'sorted' || storePlan.kind === 'large') await storePlan.rows?.clear();
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
