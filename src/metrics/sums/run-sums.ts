import { setTimeout as sleep } from 'node:timers/promises';

import { HubError } from '../../core/errors.ts';
import { failpoint, type FailpointName } from '../../core/failpoint.ts';
import { groupBy } from '../../core/group-by.ts';
import { stageVersion } from '../../core/stage-version.ts';
import type { LocalDate } from '../../core/time.ts';
import { slices } from '../../core/slices.ts';
import type { Transaction } from '../../db/database.ts';
import type { AuditWriter } from '../../engine/records/audit.repository.ts';
import { RecordCounts } from '../../engine/records/record-counts.ts';
import { targetOf } from '../../engine/records/record-target.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import type { Job } from '../../engine/runs/job.ts';
import { liveRuns, type Lease } from '../../engine/runs/locks.repository.ts';
import type { MarketingSetup } from '../marketing/marketing-setup.ts';
import type { StageServices } from '../../engine/stage/run-stage.ts';
import { ALL_BRANDS, readMarks, writeMarks } from '../../engine/stage/stage-marks.repository.ts';
import { notedPartitions, notePartitions, takePartitions } from '../partitions/partitions.repository.ts';
import { Partitions, type Partition, type PartitionKind } from '../partitions/partitions.ts';
import { partitionsOfFacts } from './fact-partitions.repository.ts';
import { allPartitions, partitionsOfDays, partitionsOfOrders } from './stale-partitions.repository.ts';
import { tooMuchLost, type ShrunkMonth } from './shrunk-months.ts';
import { MONTHS_AT_ONCE, sumsOf } from './write-sums.ts';

/** What the sums are computed for. */
export interface SumsRequest {
  /** All configured brands. */
  readonly brands: readonly string[];
  readonly asOf: LocalDate;
  /** All partitions are computed, and what is stored is compared by its columns. */
  readonly rebuild: boolean;
  readonly marketing: MarketingSetup;
  /** How far predictions look ahead (`metrics.horizon_months`). */
  readonly horizonMonths: number;
}

/** What was done with the sums. */
export interface SumsResult {
  /** How many months, and the models of how many brands. */
  readonly partitions: number;
  readonly models: number;
  readonly counts: RecordCounts;
  /** Past months that have lost more of their rows than corrections do. */
  readonly shrunk: readonly ShrunkMonth[];
}

/** The name of the second half of the stage in marks. One run does it at a time: it has a mark of its own. */
const SUMS = 'build-metrics-sums';
const WHOLE = '1/1';
const LOCK = 'build-metrics/sums';
const LOCK_TRY_MS = 250;
/** What is no sum has commit points of its own. */
const COMMITTED: Readonly<Partial<Record<PartitionKind, FailpointName>>> = { models: 'metrics.models.committed', predictions: 'metrics.predictions.committed' };

/**
 * Computes anew the sums of everything that changed, from the records of persons, and writes those that differ. Of runs
 * that work at the same time the last to have done its persons does it for all: undefined if that is another one.
 */
export async function runSums(services: StageServices, job: Job, audit: AuditWriter, request: SumsRequest): Promise<SumsResult | undefined> {
  if (await othersAreAtWork(services, job)) return undefined;
  const lease = await lockOf(services, job);
  const within = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => fencedTransaction(services, [...job.leases, lease], work);
  const isEarlier = await within((tx) => noteStale(services, tx, job, request));
  const counts = new RecordCounts();
  const shrunk: ShrunkMonth[] = [];
  const done = new Partitions();
  const models = new Set<string>();
  for (;;) {
    const noted = await services.database.read((knex) => notedPartitions({ database: services.database, tx: knex as Transaction }));
    if (noted.length === 0) return { partitions: done.months, models: models.size, counts, shrunk: isEarlier ? [] : tooMuchLost(shrunk, request.asOf.slice(0, 7)) };
    for (const batch of batchesOf(withoutStale(noted))) {
      if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'build-metrics was interrupted.');
      const written = await within((tx) => writeBatch(services, tx, job, audit, request, batch));
      counts.merge(written.counts);
      shrunk.push(...written.shrunk);
      failpoint(COMMITTED[batch[0]?.kind ?? 'active'] ?? 'metrics.sums.committed');
      done.addAll(batch.filter(({ kind }) => !(kind in COMMITTED)));
      for (const { kind, brand } of batch) if (kind === 'models') models.add(brand);
    }
  }
}

/** Whether another run that is alive has persons to do: it computes the sums after them. */
async function othersAreAtWork({ database }: StageServices, job: Job): Promise<boolean> {
  const queues = await database.read((knex) => otherQueues(knex as Transaction, job.runId));
  if (queues.length === 0) return false;
  const live = await liveRuns(database);
  return queues.some((runId) => live.has(runId));
}

async function otherQueues(tx: Transaction, runId: string): Promise<string[]> {
  return tx<{ run_id: string }>('metric_queue').whereNot({ run_id: runId }).distinct('run_id').pluck('run_id');
}

/** Waits for a run that computes sums already: it may have looked before this one had written its last persons. */
async function lockOf({ signal }: StageServices, job: Job): Promise<Lease> {
  for (;;) {
    try {
      return await job.lock(LOCK);
    } catch (error) {
      if (!(error instanceof HubError && error.kind === 'locked')) throw error;
    }
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'build-metrics was interrupted.');
    await sleep(LOCK_TRY_MS);
  }
}

/**
 * Notes what changed without a change of a person: by the day, by orders, or everything; and for which day sums are now.
 * @returns whether that day is earlier than the one before: what came after it goes
 */
async function noteStale({ database, version }: StageServices, tx: Transaction, job: Job, { brands, asOf, rebuild, marketing, horizonMonths }: SumsRequest): Promise<boolean> {
  const source = { database, tx };
  const own = stageVersion(version, marketing.marketingVersion, `${horizonMonths} months ahead`);
  const mark = (await readMarks(tx, { stage: SUMS, shard: WHOLE })).get(ALL_BRANDS);
  // An earlier day than before takes back what later ones brought.
  const isWhole = rebuild || mark === undefined || mark.version !== own || asOf < mark.asOf;
  const partitions = isWhole ? await allPartitions(source, brands, asOf) : await partitionsOfDays(source, brands, mark.asOf, asOf);
  partitions.addAll((await partitionsOfOrders(source, brands)).list);
  partitions.addAll((await partitionsOfFacts(source, brands, asOf, isWhole)).list);
  await notePartitions(source, partitions.list);
  await writeMarks(tx, { stage: SUMS, shard: WHOLE }, [ALL_BRANDS], { mark: job.changeNo, asOf, version: own }, job.runId);
  return mark !== undefined && asOf < mark.asOf;
}

async function writeBatch(services: StageServices, tx: Transaction, job: Job, audit: AuditWriter, { asOf, rebuild, marketing, horizonMonths }: SumsRequest, batch: readonly Partition[]): Promise<Pick<SumsResult, 'counts' | 'shrunk'>> {
  const written = { counts: new RecordCounts(), shrunk: [] as ShrunkMonth[] };
  const [first] = batch;
  if (first === undefined) return written;
  const { kind, brand } = first;
  const periods = batch.map(({ period }) => period);
  await takePartitions({ tx }, kind, brand, periods);
  const target = targetOf(services, job, tx, { audit, write: true, recompute: rebuild });
  await sumsOf[kind]({ target, ...written }, { brand, periods, asOf, marketing, horizonMonths });
  failpoint(kind === 'predictions' ? 'metrics.predictions.written' : 'metrics.sums.written');
  return written;
}

/** Predictions wait for the models of their brand, which begin them anew. */
function withoutStale(noted: readonly Partition[]): Partition[] {
  const fitted = new Set(noted.filter(({ kind }) => kind === 'models').map(({ brand }) => brand));
  return noted.filter(({ kind, brand }) => kind !== 'predictions' || !fitted.has(brand));
}

/** Partitions of one kind and brand, as many as one transaction computes. */
function batchesOf(partitions: readonly Partition[]): Partition[][] {
  return [...groupBy(partitions, ({ kind, brand }) => `${kind}\t${brand}`).values()].flatMap((own) => {
    return [...slices(own, MONTHS_AT_ONCE[own[0]?.kind ?? 'cohorts'])];
  });
}
