import type { Problem } from '../core/problem.ts';
import type { Shard } from '../core/shard.ts';
import type { Transaction } from '../db/database.ts';
import type { Outbox } from '../engine/outbox.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import type { RecordTarget } from '../engine/records/record-target.ts';
import { runJob, type Job, type JobOutcome, type JobReport } from '../engine/runs/job.ts';
import { runStage, type Found, type InTransaction, type ReadChunk, type Stage, type StageServices, type StageWork } from '../engine/stage/run-stage.ts';
import { ALL_BRANDS, NO_DATE } from '../engine/stage/stage-marks.repository.ts';
import { nextPersons, QUEUE_START, type QueuePlace } from '../enriched/person-queue.repository.ts';
import { isRestricted, type PersonRequest } from '../enriched/person-selection.ts';
import type { AttributionSettings } from './attribution/attribute.ts';
import { readDecisionSetup } from './decision-setup.repository.ts';
import { readPersons } from './facts/facts.repository.ts';
import type { PersonFacts } from './facts/facts.ts';
import { keepIdKey, requireIdKeyOf } from './ids/id-key.repository.ts';
import { ordersVersion, prepare, type Plan } from './prepare.ts';
import { clearQueues, QUEUE, type OrdersCommand } from './queue.repository.ts';
import { Tally } from './tally.ts';
import { writeChunk, type ChunkResult } from './write-chunk.ts';

/** What assemble-orders or attribute-refunds was asked for. */
export interface OrdersRequest extends PersonRequest {
  readonly command: OrdersCommand;
  readonly shard: Shard;
  readonly dryRun: boolean;
  /** True: what is stored of everybody who is chosen is compared by its columns, not by its checksums. */
  readonly recompute: boolean;
}

export interface OrdersServices extends StageServices {
  readonly outbox: Outbox;
  /** The key of ids that leave the hub. */
  readonly idKey: string;
  readonly spill: AttributionSettings['spill'];
  /** Problems that were found before the run began, and logged. */
  readonly found?: readonly Problem[];
}

/** Takes what was decided of a chunk, for a report beyond the counts. */
export type ChunkListener = (result: ChunkResult) => void;

/** Makes the outcome of what was counted. */
export type OutcomeOf = (tally: Tally, plan: Plan) => JobOutcome;

/** Persons whose facts are read, decided and written at once. */
const CHUNK_PERSONS = 125;

/** Brings the orders stage up to the enriched records, person by person, as one recorded run. */
export async function runOrders(services: OrdersServices, request: OrdersRequest, outcomeOf: OutcomeOf, listener: ChunkListener): Promise<JobReport> {
  const { command, brands, accounts, range, shard, dryRun, recompute } = request;
  const spec = {
    command,
    brands: request.allBrands,
    shard: shard.label,
    dryRun,
    params: { brands, accounts: accounts ?? null, from: range?.from ?? null, to: range?.to ?? null, shard: shard.label, recompute },
  };
  return runJob(services, spec, async (job, guarded) => {
    const outcome = await runStage(guarded, job, new OrdersStage(guarded, request, job, outcomeOf, listener));
    return { ...outcome, furtherProblems: services.found ?? [] };
  });
}

type People = readonly PersonFacts[];

class OrdersStage implements Stage<Plan, People, QueuePlace, People, ChunkResult> {
  readonly name: OrdersCommand;
  readonly failpoints = 'orders';
  readonly queue = QUEUE;
  readonly shard: string;
  readonly dryRun: boolean;
  readonly version: string;
  readonly clearQueues = clearQueues;
  readonly #services: OrdersServices;
  readonly #request: OrdersRequest;
  readonly #job: Job;
  readonly #outcomeOf: OutcomeOf;
  readonly #listener: ChunkListener;
  readonly #audit: AuditWriter;
  readonly #tally = new Tally();

  constructor(services: OrdersServices, request: OrdersRequest, job: Job, outcomeOf: OutcomeOf, listener: ChunkListener) {
    this.#services = services;
    this.#request = request;
    this.#job = job;
    this.#outcomeOf = outcomeOf;
    this.#listener = listener;
    this.#audit = new AuditWriter(job.runId, services.clock);
    this.name = request.command;
    this.shard = request.shard.label;
    this.dryRun = request.dryRun;
    this.version = ordersVersion(services);
  }

  reads(command: string): boolean {
    return command === 'enrich';
  }

  /** @throws HubError configuration if the database was filled with another key of ids */
  async prepare(tx: Transaction, found: Found): Promise<Plan> {
    const { database, idKey, clock } = this.#services;
    await (this.dryRun ? requireIdKeyOf(tx, idKey) : keepIdKey(tx, idKey, clock.now()));
    return prepare(database, tx, this.#request, this.#job.runId, found, this.version);
  }

  marksOf(): ReturnType<Stage<Plan, People, QueuePlace, People, ChunkResult>['marksOf']> {
    return isRestricted(this.#request) ? undefined : { brands: [ALL_BRANDS], asOf: NO_DATE };
  }

  summarise(_tx: Transaction, plan: Plan): Promise<JobOutcome> {
    return Promise.resolve(this.#outcomeOf(this.#tally, plan));
  }

  done(): readonly [number, number, string] {
    return [this.#tally.persons, this.#tally.rows, 'persons'];
  }

  /** What is decided depends on what is stored, so persons are decided where they are written. */
  async open(plan: Plan, inTransaction: InTransaction): Promise<StageWork<People, QueuePlace, People, ChunkResult>> {
    const { database, outbox } = this.#services;
    const setup = await inTransaction((tx) => readDecisionSetup(database, tx, { ...this.#services, brands: this.#request.allBrands }));
    return {
      read: (tx, after = QUEUE_START) => this.#read(tx, after),
      collect: (_batch, people) => people,
      isFull: () => true,
      write: (tx, people) => writeChunk(this.#target(tx), outbox, this.name, setup, people, plan.strays),
      written: (result) => {
        this.#tally.merge(result.tally);
        this.#listener(result);
      },
      close: () => Promise.resolve(),
    };
  }

  async #read(tx: Transaction, after: QueuePlace): Promise<ReadChunk<People, QueuePlace> | undefined> {
    const { shard } = this.#request;
    const { database } = this.#services;
    const places = await nextPersons({ database, tx, table: QUEUE, runId: this.#job.runId }, after, CHUNK_PERSONS * shard.count);
    const last = places.at(-1);
    if (last === undefined) return undefined;
    const mine = places.flatMap(({ personId }) => (shard.has(personId.slice(0, 16)) ? [personId] : []));
    return { facts: await readPersons(database, tx, mine), queued: places.length, last };
  }

  #target(tx: Transaction): RecordTarget {
    const { runId, changeNo } = this.#job;
    const { dryRun, recompute } = this.#request;
    const { database, clock } = this.#services;
    return { database, tx, audit: this.#audit, runId, changeNo, now: clock.now(), write: !dryRun, recompute };
  }
}
