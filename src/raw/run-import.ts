import pLimit from 'p-limit';

import type { HubError } from '../core/errors.ts';
import { someAtOnce } from '../core/some-at-once.ts';
import type { Shard } from '../core/shard.ts';
import { Slabs } from '../core/line-log.ts';
import type { BatchId } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import type { Lake, LakeBatch } from '../lake/lake.ts';
import { AuditWriter } from '../runs/audit.repository.ts';
import { fencedTransaction } from '../runs/fenced.ts';
import { addCounts, zeroCounts } from '../runs/import-batches.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../runs/job.ts';
import type { Entity } from './contract.ts';
import { settleFound } from './erasure/erasures.repository.ts';
import { leasesOn, type ImportContext } from './import-batch.ts';
import type { FeedOutcome } from './feed-outcome.ts';
import { importFeed, planFeed, rehearseFeed, type FeedPlan } from './import-feed.ts';
import type { Room } from './sort/line-sorter.client.ts';
import { formatRejectLimit, type RejectLimit } from './reject-limit.ts';

/** What an import command was asked for. */
export interface ImportRequest {
  readonly command: string;
  readonly brands: readonly string[];
  readonly entities: readonly Entity[];
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  readonly until: BatchId;
  readonly shard: Shard;
  readonly rejectLimit: RejectLimit;
  readonly dryRun: boolean;
}

/** What it works with; a command's context has all of it. */
export interface ImportServices extends JobServices {
  readonly database: Database;
  readonly lake: Lake;
  readonly signal: AbortSignal;
  readonly config: { readonly lake: { readonly lookback_days: number } };
  /** For the rows of a new feed, if not as much as usual. */
  readonly room?: Room;
  readonly progress: {
    start(total: number): void;
    update(done: number, rows: number, what: string): void;
    stop(): void;
  };
}

/** What follows an import in the same run: its counts become part of the totals. Not called by a dry run. */
export type AfterImport = (job: Job) => Promise<Readonly<Record<string, number>>>;

/** Lists per feed, in parallel; cheap, but each a request to the lake. */
const LISTINGS_AT_ONCE = 4;
/**
 * Feeds imported at once where the database has several writers: one waits for pages while the other is read. First imports
 * take turns, so that one is read while another is stored: two that fill tables push each other's pages out.
 */
const FEEDS_AT_ONCE = 2;

/**
 * Imports the entities of the brands as one recorded run.
 * @returns the report, and the problem of each batch that was refused
 */
export async function runImport(
  services: ImportServices,
  request: ImportRequest,
  afterwards: AfterImport = () => Promise.resolve({}),
): Promise<{ report: JobReport; problems: HubError[] }> {
  const problems: HubError[] = [];
  const spec = {
    command: request.command,
    brands: request.brands,
    shard: request.shard.label,
    dryRun: request.dryRun,
    params: {
      brands: request.brands,
      entities: request.entities.map((entity) => entity.name),
      from: request.range?.from ?? null,
      to: request.range?.until ?? null,
      shard: request.shard.label,
      max_rejects: formatRejectLimit(request.rejectLimit),
    },
  };
  const report = await runJob(services, spec, async (job) => {
    const outcomes = await importAll(services, request, job);
    problems.push(...outcomes.flatMap((outcome) => outcome.errors));
    const outcome = summarise(outcomes);
    if (request.dryRun) return outcome;
    await eraseLate(services, request, job);
    return { ...outcome, totals: { ...outcome.totals, ...(await afterwards(job)) } };
  });
  return { report, problems };
}

/** Erases what an erased person's new records brought along (erasures.repository.ts, settleFound). */
async function eraseLate(services: ImportServices, { brands, entities }: ImportRequest, job: Job): Promise<void> {
  if (!entities.some(({ feed }) => feed === 'billing')) return;
  const { database } = services;
  for (const brand of brands) {
    await fencedTransaction(services, leasesOn(job, brand), async (tx) => {
      await database.dialect.startWriting(tx);
      await settleFound({ database, tx, changeNo: job.changeNo }, brand);
    });
  }
}

async function importAll(services: ImportServices, request: ImportRequest, job: Job): Promise<FeedOutcome[]> {
  const { database, lake, signal, progress } = services;
  const selection = {
    range: request.range,
    until: request.until,
    lookbackDays: services.config.lake.lookback_days,
    shard: request.shard,
  };
  const feeds = request.brands.flatMap((brand) => request.entities.map((entity) => ({ brand, entity })));
  const plans = await someAtOnce(
    feeds.map(({ brand, entity }) => (stop) => planFeed({ database, lake, signal: stop }, entity, brand, selection)),
    LISTINGS_AT_ONCE,
    signal,
  );
  const meter = new Meter(plans, progress);
  const context: Omit<ImportContext, 'readsAhead' | 'turns' | 'habit'> = {
    ...services,
    ...job,
    audit: new AuditWriter(job.runId, services.clock),
    rejectLimit: request.rejectLimit,
    again: request.range !== undefined,
    slabs: new Slabs(),
    onRows: (rows, batch, bytesRead) => meter.rows(rows, batch, bytesRead),
  };
  const importOne = request.dryRun ? rehearseFeed : importFeed;
  const outcomes = new Map<FeedPlan, FeedOutcome>();
  const importSome = async (some: readonly FeedPlan[], how: Pick<ImportContext, 'readsAhead' | 'turns'>): Promise<void> => {
    const importNext = (plan: FeedPlan) => async (stop: AbortSignal): Promise<void> => {
      const own = { ...context, ...how, signal: stop, habit: { changesRows: false } };
      outcomes.set(plan, await importOne(own, plan, (batch) => meter.batch(batch)));
    };
    await someAtOnce(some.map(importNext), database.dialect.concurrentWriters ? FEEDS_AT_ONCE : 1, signal);
  };
  try {
    await importSome(plans.filter(({ isFirst }) => isFirst), { readsAhead: true, turns: { read: pLimit(1), store: pLimit(1) } });
    await importSome(plans.filter(({ isFirst }) => !isFirst), { readsAhead: !database.dialect.concurrentWriters, turns: { read: atOnce, store: atOnce } });
  } finally {
    progress.stop();
  }
  return plans.flatMap((plan) => outcomes.get(plan) ?? []);
}

/** For feeds that need not wait for each other. */
function atOnce<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

function summarise(outcomes: readonly FeedOutcome[]): JobOutcome {
  const totals = { batches: 0, refused: 0, bytes_scanned: 0, ...zeroCounts() };
  for (const outcome of outcomes) {
    totals.batches += outcome.batches;
    totals.refused += outcome.refused;
    totals.bytes_scanned += outcome.bytesScanned;
    addCounts(totals, outcome.counts);
  }
  return {
    status: totals.refused > 0 ? 'refused' : 'succeeded',
    totals,
    items: outcomes.map(({ brand, entity, batches, refused, bytesScanned, counts }) => ({
      brand,
      entity,
      batches,
      refused,
      bytes_scanned: bytesScanned,
      ...counts,
    })),
    warnings: outcomes.flatMap((outcome) => [...outcome.errors.map((error) => error.message), ...outcome.warnings]),
  };
}

/** Measures how far an import is: in bytes of the batches dealt with, or in batches where sizes are not known. */
class Meter {
  readonly #progress: ImportServices['progress'];
  /** Bytes read of the batches under way. */
  readonly #reading = new Map<LakeBatch, number>();
  #done = 0;
  #rows = 0;
  #what = '';

  constructor(plans: readonly FeedPlan[], progress: ImportServices['progress']) {
    this.#progress = progress;
    const batches = plans.flatMap((plan) => plan.batches);
    progress.start(batches.reduce((sum, { batch }) => sum + weight(batch.bytes), 0));
  }

  rows(count: number, batch: LakeBatch, bytesRead: number): void {
    this.#rows += count;
    this.#reading.set(batch, Math.min(bytesRead, batch.bytes ?? 0));
    this.#what = `${batch.feed.brand} ${batch.feed.entity}`;
    this.#show();
  }

  batch(batch: LakeBatch): void {
    this.#done += weight(batch.bytes);
    this.#reading.delete(batch);
    this.#show();
  }

  #show(): void {
    const partly = [...this.#reading.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#progress.update(this.#done + partly, this.#rows, this.#what);
  }
}

/** An empty batch has its weight too, so that the bar reaches its end. */
function weight(bytes: number | undefined): number {
  return 1 + (bytes ?? 0);
}
