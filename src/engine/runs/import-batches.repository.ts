import type { Knex } from 'knex';

import type { RunId } from '../../core/ids.ts';
import { type BatchId, type Clock, type Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';

/** What an import counts; read = inserted + updated + unchanged + deleted + stale + rejected. */
export interface ImportCounts {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  deleted: number;
  stale: number;
  repaired: number;
  rejected: number;
  /** Of slices that were stated anew: stored rows that the batch did not repeat. Stands beside what was read. */
  removed?: number;
}

export const countNames = ['read', 'inserted', 'updated', 'unchanged', 'deleted', 'stale', 'repaired', 'rejected'] as const;

/** Zero of everything. */
export function zeroCounts(): ImportCounts {
  return { read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0, stale: 0, repaired: 0, rejected: 0 };
}

/** Adds the counts of one batch to a sum. */
export function addCounts(sum: ImportCounts, counts: ImportCounts): void {
  for (const name of countNames) sum[name] += counts[name];
  if (counts.removed !== undefined) sum.removed = (sum.removed ?? 0) + counts.removed;
}

/** The key of a batch in the history. */
export interface BatchKey {
  readonly feed: string;
  readonly brand: string;
  readonly entity: string;
  readonly batch: BatchId;
}

/** A row of the history. `refused`: nothing of the batch is stored and the next run tries it again. */
export interface BatchRow extends ImportCounts {
  feed: string;
  brand: string;
  entity: string;
  batch: BatchId;
  status: 'finished' | 'refused';
  attempts: number;
  run_id: RunId;
  finished_at: Instant;
  duration_ms: number;
  files: number;
  bytes_scanned: number;
  /** What the files of the batch were when it was listed; null before files were remembered, and where the lake cannot tell. */
  fingerprint: string | null;
  drift: string | null;
  error_code: string | null;
  error: string | null;
}

interface FeedRow {
  feed: string;
  brand: string;
  entity: string;
  mark: BatchId | null;
  run_id: RunId;
}

export type BatchResult = Pick<BatchRow, 'duration_ms' | 'files' | 'bytes_scanned' | 'fingerprint' | 'drift'> & ImportCounts;

const BATCHES_PER_QUERY = 500;
const HISTORY_COLUMNS = ['batch', 'status', 'attempts', 'files', 'bytes_scanned', 'fingerprint', 'finished_at'] as const;

/**
 * The history of one feed: which batches are finished, how often each was tried, and of which files it was read.
 * @param from the first batch that is of interest; undefined: all
 */
export async function batchHistory(
  database: Database,
  feed: Omit<BatchKey, 'batch'>,
  from?: BatchId,
): Promise<Map<BatchId, Pick<BatchRow, (typeof HISTORY_COLUMNS)[number]>>> {
  const { feed: name, brand, entity } = feed;
  const rows = await database.read((knex) => {
    const query = knex<BatchRow>('import_batches').where({ feed: name, brand, entity });
    return (from === undefined ? query : query.where('batch', '>=', from)).select(...HISTORY_COLUMNS);
  });
  return new Map(rows.map((row) => [row.batch, row]));
}

/** How fresh what is stored of a feed is. */
export interface FeedFreshness {
  readonly feed: string;
  readonly brand: string;
  readonly entity: string;
  /** The newest batch that is stored. */
  readonly batch: BatchId;
  /** When a batch was last stored. */
  readonly storedAt: Instant;
}

/** The freshness of every feed of which something is stored. */
export async function feedFreshness(database: Database): Promise<FeedFreshness[]> {
  const keys = ['feed', 'brand', 'entity'] as const;
  return database.read((knex) =>
    knex<BatchRow>('import_batches')
      .where({ status: 'finished' })
      .groupBy(...keys)
      .orderBy(keys.map((column) => ({ column })))
      .select<FeedFreshness[]>(...keys, knex.raw('max(batch) as batch'), knex.raw('max(finished_at) as ??', ['storedAt'])),
  );
}

/** Which of the batches of a feed were stored before an instant. */
export async function importedBefore(knex: Knex, { feed, brand, entity }: Omit<BatchKey, 'batch'>, batches: readonly BatchId[], before: Instant): Promise<BatchId[]> {
  const found: BatchId[] = [];
  for (let start = 0; start < batches.length; start += BATCHES_PER_QUERY) {
    const some = batches.slice(start, start + BATCHES_PER_QUERY);
    found.push(...(await knex<BatchRow>('import_batches').where({ feed, brand, entity, status: 'finished' }).whereIn('batch', some).where('finished_at', '<', before).orderBy('batch').pluck('batch')));
  }
  return found;
}

/** The mark of a feed: its highest contiguous finished batch; null before the first import. */
export async function readMark(database: Database, feed: Omit<BatchKey, 'batch'>): Promise<BatchId | null> {
  const { feed: name, brand, entity } = feed;
  const row = await database.read((knex) =>
    knex<FeedRow>('import_feeds').where({ feed: name, brand, entity }).first('mark'),
  );
  return row?.mark ?? null;
}

/**
 * Makes the transaction the only one that imports this feed until it ends. So two shards, or a backfill and the daily
 * run, compare and write the same keys one after the other, and "the newest row wins" holds between them too.
 */
export async function lockFeed(tx: Transaction, key: Omit<BatchKey, 'batch'>, runId: RunId): Promise<void> {
  const { feed, brand, entity } = key;
  await tx<FeedRow>('import_feeds')
    .insert({ feed, brand, entity, mark: null, run_id: runId })
    .onConflict(['feed', 'brand', 'entity'])
    .merge({ run_id: runId });
}

/** Which of the batches of a feed the history has as finished, as this transaction sees it. */
export async function finishedOf(tx: Transaction, key: Omit<BatchKey, 'batch'>, batches: readonly BatchId[]): Promise<Set<BatchId>> {
  const { feed, brand, entity } = key;
  const rows = await tx<BatchRow>('import_batches').where({ feed, brand, entity, status: 'finished' }).whereIn('batch', batches).select('batch');
  return new Set(rows.map(({ batch }) => batch));
}

/** True if a later batch of the feed is stored, as this transaction sees it. */
export async function hasFinishedAfter(tx: Transaction, { feed, brand, entity, batch }: BatchKey): Promise<boolean> {
  return (await tx<BatchRow>('import_batches').where({ feed, brand, entity, status: 'finished' }).where('batch', '>', batch).first('batch')) !== undefined;
}

/** Remembers the files of batches that were finished before files were. */
export async function rememberFiles(tx: Transaction, key: Omit<BatchKey, 'batch'>, batches: readonly { readonly batch: BatchId; readonly fingerprint?: string }[]): Promise<void> {
  const { feed, brand, entity } = key;
  for (const { batch, fingerprint } of batches) {
    await tx<BatchRow>('import_batches').where({ feed, brand, entity, batch }).whereNull('fingerprint').update({ fingerprint: fingerprint ?? null });
  }
}

/** A batch whose rows are stored. */
interface FinishedBatch {
  readonly key: BatchKey;
  readonly attempt: number;
  readonly result: BatchResult;
}

/** Writes the finished rows of batches; in the same transaction as their rows. */
export async function finishBatches(tx: Transaction, batches: readonly FinishedBatch[], runId: RunId, clock: Clock): Promise<void> {
  const finished = { status: 'finished' as const, run_id: runId, finished_at: clock.now(), error_code: null, error: null };
  await upsertBatches(tx, batches.map(({ key, attempt, result }) => ({ ...key, ...result, ...finished, attempts: attempt })));
}

/** Remembers that a batch was refused and why. A finished row of an earlier import stays: its rows are still stored. */
export async function refuseBatch(
  tx: Transaction,
  key: BatchKey,
  runId: RunId,
  attempt: number,
  result: BatchResult,
  problem: { readonly code: string; readonly message: string },
  clock: Clock,
): Promise<void> {
  if ((await finishedOf(tx, key, [key.batch])).size > 0) return;
  const refused = { status: 'refused' as const, run_id: runId, finished_at: clock.now(), error_code: problem.code, error: problem.message };
  await upsertBatches(tx, [{ ...key, ...result, ...refused, attempts: attempt }]);
}

/** Moves the mark to the last of the listed batches before the first unfinished one. */
export async function advanceMark(tx: Transaction, key: Omit<BatchKey, 'batch'>, listed: readonly BatchId[]): Promise<void> {
  const { feed, brand, entity } = key;
  const [oldest] = listed;
  if (oldest === undefined) return;
  const rows = await tx<BatchRow>('import_batches').where({ feed, brand, entity, status: 'finished' }).where('batch', '>=', oldest).select('batch');
  const finished = new Set(rows.map((row) => row.batch));
  const firstGap = listed.findIndex((batch) => !finished.has(batch));
  const mark = firstGap === -1 ? listed.at(-1) : listed[firstGap - 1];
  if (mark === undefined) return;
  await tx<FeedRow>('import_feeds')
    .where({ feed, brand, entity })
    .where((either) => {
      void either.whereNull('mark').orWhere('mark', '<', mark);
    })
    .update({ mark });
}

async function upsertBatches(tx: Transaction, rows: readonly BatchRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx<BatchRow>('import_batches').insert([...rows]).onConflict(['feed', 'brand', 'entity', 'batch']).merge();
}
