import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { checksum } from '../core/hash.ts';
import { addDays, batchOfInstant, dateOf, instantOfBatch, startOfDay, type BatchId } from '../core/time.ts';
import { runTransaction, type Transaction } from '../db/database.ts';
import type { BatchRange, LakeBatch, LakeFeed } from '../lake/lake.ts';
import {
  addCounts,
  advanceMark,
  batchHistory,
  readMark,
  refuseBatch,
  zeroCounts,
  type ImportCounts,
} from '../runs/import-batches.repository.ts';
import type { Shard } from '../core/shard.ts';
import type { Entity } from './contract.ts';
import { importBatch, keyOf, leasesOn, type BatchOutcome, type ImportContext, type PlannedBatch } from './import-batch.ts';
import { fencedTransaction } from '../runs/fenced.ts';

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

/** What the import of one feed did. */
export interface FeedOutcome {
  readonly brand: string;
  readonly entity: string;
  batches: number;
  refused: number;
  bytesScanned: number;
  readonly counts: ImportCounts;
  readonly warnings: string[];
  readonly errors: HubError[];
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

/** Imports the planned batches, each in a transaction of its own. A refused batch does not stop the others. */
export async function importFeed(context: ImportContext, plan: FeedPlan, onBatch: BatchListener): Promise<FeedOutcome> {
  const outcome = newOutcome(plan);
  for (const planned of plan.batches) {
    const { batch, attempt } = planned;
    const result = await context.database.transaction((tx) => importBatch(context, tx, plan.entity, planned), {
      rollbackIf: ({ status }) => status === 'refused',
      signal: context.signal,
    });
    failpoint('import.batch.committed');
    if (result.status === 'refused') await recordRefusal(context, batch, attempt, result);
    addOutcome(outcome, batch, result);
    onBatch(batch, result);
  }
  const newest = plan.listed.at(-1);
  if (newest !== undefined && (plan.mark ?? '') < newest) {
    const key = keyOf({ feed: plan.feed, batch: '' as BatchId });
    await fencedTransaction(context, leasesOn(context, plan.feed.brand), (tx) => advanceMark(tx, key, plan.listed));
  }
  return outcome;
}

/**
 * The dry run of a feed: the same work in one transaction that is rolled back, so that each batch is compared with
 * what the batches before it would have left. Nothing is written.
 */
export async function rehearseFeed(context: ImportContext, plan: FeedPlan, onBatch: BatchListener): Promise<FeedOutcome> {
  const rehearse = async (tx: Transaction): Promise<FeedOutcome> => {
    const outcome = newOutcome(plan);
    for (const planned of plan.batches) {
      const result = await runTransaction(
        tx,
        (savepoint) => importBatch(context, savepoint, plan.entity, planned),
        ({ status }) => status === 'refused',
      );
      addOutcome(outcome, planned.batch, result);
      onBatch(planned.batch, result);
    }
    return outcome;
  };
  return context.database.transaction(rehearse, { rollbackIf: () => true, signal: context.signal });
}

async function recordRefusal(
  context: ImportContext,
  batch: LakeBatch,
  attempt: number,
  { result, error }: Extract<BatchOutcome, { status: 'refused' }>,
): Promise<void> {
  const refuse = (tx: Transaction): Promise<void> => refuseBatch(tx, keyOf(batch), context.runId, attempt, result, error, context.clock);
  await fencedTransaction(context, leasesOn(context, batch.feed.brand), refuse);
  failpoint('import.refusal.recorded');
}

function newOutcome(plan: FeedPlan): FeedOutcome {
  const { brand } = plan.feed;
  const entity = plan.entity.name;
  return { brand, entity, batches: 0, refused: 0, bytesScanned: 0, counts: zeroCounts(), warnings: [], errors: [] };
}

function addOutcome(sum: FeedOutcome, batch: LakeBatch, outcome: BatchOutcome): void {
  if (outcome.status === 'skipped') return;
  sum.bytesScanned += outcome.result.bytes_scanned;
  const place = `${sum.brand} ${sum.entity} ${batch.batch}`;
  if (outcome.status === 'refused') {
    sum.refused++;
    sum.errors.push(placed(outcome.error, place));
    return;
  }
  sum.batches++;
  addCounts(sum.counts, outcome.result);
  if (outcome.result.read === 0) sum.warnings.push(`${place}: the batch is empty`);
  for (const warning of driftWarnings(outcome.drift)) sum.warnings.push(`${place}: ${warning}`);
}

function placed(error: HubError, place: string): HubError {
  return new HubError(error.kind, error.code, `${place}: ${error.message}`, {
    context: error.context,
    cause: error.cause,
    ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
  });
}

function driftWarnings(drift: Extract<BatchOutcome, { status: 'finished' }>['drift']): string[] {
  const warnings: string[] = [];
  if (drift.unknown_columns) warnings.push(`unknown columns kept in extra: ${drift.unknown_columns.join(', ')}`);
  if (drift.absent_columns) warnings.push(`optional columns missing: ${drift.absent_columns.join(', ')}`);
  for (const [column, values] of Object.entries(drift.unknown_values ?? {})) {
    warnings.push(`unknown values of ${column}: ${Object.entries(values).map(([value, rows]) => `${value} (${rows})`).join(', ')}`);
  }
  for (const [column, rows] of Object.entries(drift.unusual_ids ?? {})) {
    warnings.push(`${rows} ids in ${column} are not 32 hex digits`);
  }
  return warnings;
}
