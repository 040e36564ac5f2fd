import type { HubError } from '../../core/errors.ts';
import { problemOf, type Problem } from '../../core/problem.ts';
import { someAtOnce } from '../../core/async/some-at-once.ts';
import type { Shard } from '../../core/shard.ts';
import { Slabs } from '../../core/text/line-log.ts';
import type { BatchId } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { Lake, UnreadPlace } from '../../lake/port/lake.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { addCounts, zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { knownFeeds } from '../../sources/index.ts';
import { confirmFound } from '../erasure/erasures.repository.ts';
import { leasesOn, type ImportContext } from './import-batch.ts';
import type { FeedOutcome } from './feed-outcome.ts';
import { importFeed, planFeed, rehearseFeed, type FeedPlan, type ImportedFeed } from './import-feed.ts';
import type { Progress } from '../../engine/runs/progress.ts';
import { Meter } from './import-meter.ts';
import { CONCURRENCIES } from './import-concurrency.ts';
import { unreadProblems, unseenProblems } from './problems/listing-problems.ts';
import { rejectProblem } from './problems/reject-problems.ts';
import type { SortCapacity } from '../store/sort/line-sorter.client.ts';
import type { RowFacts } from '../store/raw-target.ts';
import { formatRejectLimit, type RejectLimit } from '../quarantine/reject-limit.ts';

/** What an import command was asked for. */
export interface ImportRequest {
  readonly command: string;
  readonly brands: readonly string[];
  readonly entities: readonly Entity[];
  /** Given where they are not the entities of each brand. */
  readonly feeds?: readonly ImportedFeed[];
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  readonly until: BatchId;
  readonly shard: Shard;
  readonly rejectLimit: RejectLimit;
  readonly dryRun: boolean;
  /** A snapshot may take more than 30 % of what is stored away. */
  readonly allowShrink?: boolean;
  /** Problems that were found before the import began. */
  readonly problems?: readonly Problem[];
}

/** What it works with; a command's context has all of it. */
export interface ImportServices extends JobServices {
  readonly database: Database;
  readonly lake: Lake;
  readonly signal: AbortSignal;
  readonly config: { readonly brands: readonly { readonly id: string }[] };
  /** For the rows of a new feed, if not as much as usual. */
  readonly capacity?: SortCapacity;
  readonly progress: Progress;
  /** What is made of the rows of an entity in their transaction, if anything. */
  readonly factsOf?: (entity: Entity) => RowFacts | undefined;
}

/** What follows an import in the same run: its counts become part of the totals, and its problems of the report. Not called by a dry run. */
export type AfterImport = (job: Job, services: ImportServices) => Promise<{ readonly totals: Readonly<Record<string, number>>; readonly problems?: readonly Problem[] }>;

/** Lists per feed, in parallel; cheap, but each a request to the lake. */
const LISTINGS_AT_ONCE = 4;
/**
 * Imports the entities of the brands as one recorded run.
 * @returns the report, and the problem of each batch that was refused
 */
export async function runImport(
  services: ImportServices,
  request: ImportRequest,
  afterwards: AfterImport = () => Promise.resolve({ totals: {} }),
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
  const report = await runJob(services, spec, async (job, guarded) => {
    const unknown = await unknownPlaces(guarded, request);
    const { plans, outcomes } = await importAll(guarded, request, job);
    problems.push(...outcomes.flatMap((outcome) => outcome.errors));
    const outcome = summarise(plans, outcomes, unknown, request);
    if (request.dryRun) return outcome;
    await eraseLate(guarded, request, job);
    const after = await afterwards(job, guarded);
    return { ...outcome, totals: { ...outcome.totals, ...after.totals }, furtherProblems: [...outcome.furtherProblems, ...(after.problems ?? [])] };
  });
  return { report, problems };
}

/** Erases what an erased person's new records brought along (erasures.repository.ts, settleFound). */
async function eraseLate(services: ImportServices, { brands, entities }: ImportRequest, job: Job): Promise<void> {
  if (!entities.some(({ owners }) => owners.length > 0)) return;
  const { database } = services;
  for (const brand of brands) {
    await fencedTransaction(services, leasesOn(job, brand), (tx) => confirmFound({ database, tx, changeNo: job.changeNo }, brand));
  }
}

/** What no import reads, of the lake as far as this one is there for it. */
async function unknownPlaces({ lake, config, signal }: ImportServices, request: ImportRequest): Promise<UnreadPlace[]> {
  const known = knownFeeds(config.brands.map(({ id }) => id));
  const own = new Set(request.entities.map(({ feed }) => feed));
  return (await lake.listUnknown(known, signal)).filter(({ source }) => source === undefined || own.has(source));
}

async function importAll(services: ImportServices, request: ImportRequest, job: Job): Promise<{ plans: FeedPlan[]; outcomes: FeedOutcome[] }> {
  const { database, lake, signal, progress } = services;
  const selection = {
    range: request.range,
    until: request.until,
    shard: request.shard,
  };
  const feeds = request.feeds ?? request.brands.flatMap((brand) => request.entities.map((entity) => ({ brand, entity })));
  const plans = await someAtOnce(
    feeds.map((feed) => (stop) => planFeed({ database, lake, signal: stop }, feed, selection)),
    LISTINGS_AT_ONCE,
    signal,
  );
  const meter = new Meter(plans, progress);
  const context: Omit<ImportContext, 'readsAhead' | 'limiters' | 'lookupHint'> = {
    ...services,
    ...job,
    audit: new AuditWriter(job.runId, services.clock),
    rejectLimit: request.rejectLimit,
    slabs: new Slabs(),
    allowShrink: request.allowShrink === true,
    onRows: (rows, batch, bytesRead) => meter.rows(rows, batch, bytesRead),
  };
  const importOne = request.dryRun ? rehearseFeed : importFeed;
  const outcomes = new Map<FeedPlan, FeedOutcome>();
  const several = database.dialect.concurrentWriters;
  try {
    for (const { of, feedsAtOnce, readsAhead, limiters: limiters } of CONCURRENCIES) {
      const how = { readsAhead: readsAhead || !several, limiters: limiters() };
      const importNext = (plan: FeedPlan) => async (stop: AbortSignal): Promise<void> => {
        const own = { ...context, ...how, signal: stop, lookupHint: { changesRows: false } };
        outcomes.set(plan, await importOne(own, plan, (batch) => meter.batch(batch)));
      };
      await someAtOnce(plans.filter(of).map(importNext), several ? feedsAtOnce : 1, signal);
    }
  } finally {
    progress.stop();
  }
  return { plans, outcomes: plans.flatMap((plan) => outcomes.get(plan) ?? []) };
}

function summarise(plans: readonly FeedPlan[], outcomes: readonly FeedOutcome[], unknown: readonly UnreadPlace[], { dryRun, problems = [] }: ImportRequest): JobOutcome & Required<Pick<JobOutcome, 'furtherProblems'>> {
  const unread = plans.reduce((sum, plan) => sum + plan.unread.length, unknown.length);
  const totals = { batches: 0, refused: 0, bytes_scanned: 0, unread, ...zeroCounts() };
  let held = 0;
  for (const outcome of outcomes) {
    totals.batches += outcome.batches;
    totals.refused += outcome.refused;
    held += outcome.heldSlices + outcome.heldSnapshots;
    totals.bytes_scanned += outcome.bytesScanned;
    addCounts(totals, outcome.counts);
  }
  return {
    status: totals.refused + held > 0 ? 'refused' : 'succeeded',
    totals,
    items: outcomes.map(({ brand, entity, account, batches, refused, bytesScanned, counts }) => ({
      brand,
      entity,
      ...(account === undefined ? {} : { account }),
      batches,
      refused,
      bytes_scanned: bytesScanned,
      ...counts,
    })),
    problems: [
      ...outcomes.flatMap(({ errors }) => errors.map(problemOf)),
      ...[...unreadProblems(unknown), ...unseenProblems(plans), ...plans.flatMap((plan) => plan.problems), ...problems],
      ...outcomes.flatMap(({ problems }) => problems),
    ],
    furtherProblems: outcomes.flatMap(({ brand, entity, rejects }) => rejects.map(({ batch, group }) => rejectProblem({ brand, entity, batch }, group, dryRun))),
  };
}
