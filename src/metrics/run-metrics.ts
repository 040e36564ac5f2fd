import type { Shard } from '../core/shard.ts';
import type { LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import type { RecordTarget } from '../engine/records/record-target.ts';
import { runJob, type Job, type JobOutcome, type JobReport } from '../engine/runs/job.ts';
import { runStage, type Found, type ReadChunk, type Stage, type StageServices, type StageWork } from '../engine/stage/run-stage.ts';
import { ALL_BRANDS } from '../engine/stage/stage-marks.repository.ts';
import { clearPersons, nextPersons, QUEUE_START, type QueuePlace } from '../enriched/person-queue.repository.ts';
import { isRestricted, type PersonRequest } from '../enriched/person-selection.ts';
import { readMetricFacts, type MetricFacts } from './facts/metric-facts.repository.ts';
import { outcomeOf, withSums } from './outcome.ts';
import type { MrrSetup } from './person-mrr.ts';
import { metricsVersion, prepare, type Plan } from './prepare.ts';
import { QUEUE, STAGE } from './queue.repository.ts';
import { runSums } from './sums/run-sums.ts';
import { Tally } from './tally.ts';
import { writeChunk } from './write-chunk.ts';

/** What build-metrics was asked for. */
export interface MetricsRequest extends PersonRequest {
  /** The last day of states; ages and windows are complete by it. */
  readonly asOf: LocalDate;
  readonly shard: Shard;
  readonly dryRun: boolean;
  /** Everybody and all sums are made anew, and what is stored is compared by its columns. */
  readonly rebuild: boolean;
}

export interface MetricsServices extends StageServices, MrrSetup {
  /** How far predictions look ahead (`metrics.horizon_months`). */
  readonly horizonMonths: number;
}

/** Persons whose facts are read, decided and written at once. */
const CHUNK_PERSONS = 125;

/** Brings the metrics up to enriched records and orders: person by person, then the sums that changed, as one recorded run. */
export async function runMetrics(services: MetricsServices, request: MetricsRequest): Promise<JobReport> {
  const { allBrands, brands, accounts, range, asOf, shard, dryRun, rebuild } = request;
  const spec = {
    command: STAGE,
    brands: allBrands,
    shard: shard.label,
    dryRun,
    params: { brands, as_of: asOf, accounts: accounts ?? null, from: range?.from ?? null, to: range?.to ?? null, shard: shard.label, rebuild },
  };
  return runJob(services, spec, async (job, guarded) => {
    const audit = new AuditWriter(job.runId, guarded.clock);
    const outcome = await runStage(guarded, job, new MetricsStage(guarded, request, job, audit));
    if (dryRun) return outcome;
    return withSums(outcome, await runSums(guarded, job, audit, { asOf, brands: allBrands, rebuild: rebuild && !isRestricted(request), horizonMonths: guarded.horizonMonths }));
  });
}

interface Written {
  readonly tally: Tally;
}

class MetricsStage implements Stage<Plan, MetricFacts, QueuePlace, MetricFacts, Written> {
  readonly name = STAGE;
  readonly failpoints = 'metrics';
  readonly queue = QUEUE;
  readonly shard: string;
  readonly dryRun: boolean;
  readonly version: string;
  readonly #services: MetricsServices;
  readonly #request: MetricsRequest;
  readonly #job: Job;
  readonly #audit: AuditWriter;
  readonly #tally = new Tally();

  constructor(services: MetricsServices, request: MetricsRequest, job: Job, audit: AuditWriter) {
    this.#services = services;
    this.#request = request;
    this.#job = job;
    this.#audit = audit;
    this.shard = request.shard.label;
    this.dryRun = request.dryRun;
    this.version = metricsVersion(services.version, request.allBrands, services);
  }

  clearQueues(tx: Transaction, runIds: readonly string[]): Promise<void> {
    return clearPersons(tx, QUEUE, runIds);
  }

  reads(command: string): boolean {
    return ['enrich', 'assemble-orders', 'attribute-refunds'].includes(command);
  }

  prepare(tx: Transaction, found: Found): Promise<Plan> {
    return prepare(this.#services.database, tx, this.#request, this.#job.runId, found, this.version);
  }

  marksOf(): { brands: readonly string[]; asOf: LocalDate } | undefined {
    return isRestricted(this.#request) ? undefined : { brands: [ALL_BRANDS], asOf: this.#request.asOf };
  }

  summarise(_tx: Transaction, plan: Plan): Promise<JobOutcome> {
    return Promise.resolve(outcomeOf(this.#tally, plan));
  }

  done(): readonly [number, number, string] {
    return [this.#tally.persons, this.#tally.rows, 'persons'];
  }

  open({ emptyBrands }: Plan): Promise<StageWork<MetricFacts, QueuePlace, MetricFacts, Written>> {
    const { allBrands: brands, asOf } = this.#request;
    const setup = { pricesIncludeTax: this.#services.pricesIncludeTax, brands, asOf };
    return Promise.resolve({
      read: (tx, after = QUEUE_START) => this.#read(tx, after),
      collect: (_batch, facts) => facts,
      isFull: () => true,
      write: async (tx, facts) => ({ tally: await writeChunk(this.#target(tx, emptyBrands), setup, facts) }),
      written: ({ tally }) => this.#tally.merge(tally),
      close: () => Promise.resolve(),
    });
  }

  async #read(tx: Transaction, after: QueuePlace): Promise<ReadChunk<MetricFacts, QueuePlace> | undefined> {
    const { shard } = this.#request;
    const { database } = this.#services;
    const places = await nextPersons({ database, tx, table: QUEUE, runId: this.#job.runId }, after, CHUNK_PERSONS * shard.count);
    const last = places.at(-1);
    if (last === undefined) return undefined;
    const mine = places.flatMap(({ personId }) => (shard.has(personId.slice(0, 16)) ? [personId] : []));
    return { facts: await readMetricFacts(database, tx, mine), queued: places.length, last };
  }

  #target(tx: Transaction, emptyBrands: ReadonlySet<string>): RecordTarget {
    const { runId, changeNo } = this.#job;
    const { dryRun, rebuild } = this.#request;
    const { database, clock } = this.#services;
    return { database, tx, audit: this.#audit, runId, changeNo, now: clock.now(), emptyBrands, write: !dryRun, recompute: rebuild };
  }
}
