import type { BatchId, Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { StreamKey } from './extract-state.repository.ts';

/**
 * `open`: it was begun; `finished`: it is in the lake and counted in the state; `empty`: there was nothing; `abandoned`:
 * others stand in its place, as its slice was divided.
 */
export type BatchStatus = 'open' | 'finished' | 'empty' | 'abandoned';

/** A batch as it was planned, before anything was asked. */
export interface OpenBatch extends StreamKey {
  readonly batch: BatchId;
  readonly brand: string;
  /** The slice as JSON (slice-plan.ts). */
  readonly slice: string;
  readonly cursor_before: string | null;
  /** The cursor that it leads to; null: it stays. */
  readonly cursor_after: string | null;
  /** The platform's job that is making its result. */
  readonly job_id: string | null;
}

interface BatchRow extends OpenBatch {
  readonly status: BatchStatus;
  readonly counts: string | null;
  readonly run_id: string;
  readonly opened_at: Instant;
  readonly finished_at: Instant | null;
}

const extractBatches: TableSpec = {
  name: 'extract_batches',
  columns: {
    platform: 'key!', account: 'key!', stream: 'key!', batch: 'key!', brand: 'key!', slice: 'text!',
    cursor_before: 'longtext', cursor_after: 'longtext', job_id: 'text', status: 'key!', counts: 'text',
    run_id: 'key!', opened_at: 'instant!', finished_at: 'instant',
  },
  primaryKey: ['platform', 'account', 'stream', 'batch'],
};

/** What runs have left open of a stream, the oldest first. */
export async function openBatches(database: Database, { platform, account, stream }: StreamKey): Promise<OpenBatch[]> {
  return database.read((knex) => knex<BatchRow>(extractBatches.name).where({ platform, account, stream, status: 'open' }).orderBy('batch').select());
}

/** The newest batch of any of these streams, whatever became of it. */
export async function newestBatch(database: Database, { platform, account }: Omit<StreamKey, 'stream'>, streams: readonly string[]): Promise<BatchId | null> {
  const row = await database.read((knex) => knex<BatchRow>(extractBatches.name).where({ platform, account }).whereIn('stream', [...streams]).max({ newest: 'batch' }).first());
  return (row as { newest: BatchId | null } | undefined)?.newest ?? null;
}

/** Of each stream, its newest batch that is in the lake. */
export async function newestFinished(database: Database): Promise<ReadonlyMap<string, BatchId>> {
  const keys = ['platform', 'account', 'stream'] as const;
  const rows = await database.read((knex) => knex(extractBatches.name).where({ status: 'finished' }).groupBy(...keys).select<(StreamKey & { newest: BatchId })[]>(...keys, knex.raw('max(batch) as newest')));
  return new Map(rows.map(({ platform, account, stream, newest }) => [`${platform}/${account}/${stream}`, newest]));
}

/** Notes that a batch is begun. */
export async function openBatch(tx: Transaction, batch: OpenBatch, by: { readonly runId: string; readonly at: Instant }): Promise<void> {
  await tx(extractBatches.name).insert({ ...batch, status: 'open', counts: null, run_id: by.runId, opened_at: by.at, finished_at: null });
}

/** Notes the job of the platform that makes the result of an open batch; null if there is none any more. */
export async function noteJob(tx: Transaction, { platform, account, stream, batch }: OpenBatch, jobId: string | null): Promise<void> {
  await tx(extractBatches.name).where({ platform, account, stream, batch }).update({ job_id: jobId });
}

/** Notes what became of a batch: an open one, or one of a child that came with it. */
export async function closeBatch(tx: Transaction, batch: OpenBatch, status: Exclude<BatchStatus, 'open'>, counts: object | null, by: { readonly runId: string; readonly at: Instant }): Promise<void> {
  const { platform, account, stream, batch: id } = batch;
  const end = { status, counts: counts === null ? null : JSON.stringify(counts), run_id: by.runId, finished_at: by.at };
  const changed = await tx(extractBatches.name).where({ platform, account, stream, batch: id }).update(end);
  if (changed === 0) await tx(extractBatches.name).insert({ ...batch, ...end, opened_at: by.at });
}

/** Gives up what is open of a stream. */
export async function abandonOpen(tx: Transaction, { platform, account, stream }: StreamKey, by: { readonly runId: string; readonly at: Instant }): Promise<void> {
  await tx(extractBatches.name).where({ platform, account, stream, status: 'open' }).update({ status: 'abandoned', run_id: by.runId, finished_at: by.at });
}

/** The streams of an account of which something is open. */
export async function openStreams(database: Database, { platform, account }: Omit<StreamKey, 'stream'>): Promise<string[]> {
  return database.read((knex) => knex<BatchRow>(extractBatches.name).where({ platform, account, status: 'open' }).distinct('stream').pluck('stream'));
}
