import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import type { Problem } from '../core/problem.ts';
import { readAhead } from '../core/async/read-ahead.ts';
import type { Shard } from '../core/shard.ts';
import type { Database, Transaction } from '../db/database.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import type { Outbox } from '../engine/outbox.ts';
import type { RecordTarget } from '../engine/records/records.repository.ts';
import { runsNow, type RunsNow } from '../engine/stage/stage-marks.repository.ts';
import type { AttributionSettings } from './attribution/attribute.ts';
import type { PersonFacts } from './facts/facts.ts';
import { readDecisionSetup } from './decision-setup.repository.ts';
import { readPersons } from './facts/facts.repository.ts';
import { keepIdKey, requireIdKeyOf } from './ids/id-key.repository.ts';
import { finishQueue, ordersVersion, prepare, type Plan } from './prepare.ts';
import { nextPersons, QUEUE, type DateRange, type OrdersCommand, type QueuePlace } from './queue.repository.ts';
import { Tally } from './tally.ts';
import { writeChunk, type ChunkResult } from './write-chunk.ts';

/** What assemble-orders or attribute-refunds was asked for. */
export interface OrdersRequest {
  readonly command: OrdersCommand;
  /** All configured brands: a person is decided whole. */
  readonly allBrands: readonly string[];
  /** The brands whose customers are taken up. */
  readonly brands: readonly string[];
  readonly accounts: readonly string[] | undefined;
  readonly range: DateRange | undefined;
  readonly shard: Shard;
  readonly dryRun: boolean;
  /** True: what is stored of everybody who is chosen is compared by its columns, not by its checksums. */
  readonly recompute: boolean;
}

export interface OrdersServices extends JobServices {
  readonly signal: AbortSignal;
  readonly outbox: Outbox;
  /** The key of ids that leave the hub. */
  readonly idKey: string;
  readonly spill: AttributionSettings['spill'];
  /** Problems that were found before the run began, and logged. */
  readonly found?: readonly Problem[];
  readonly progress: {
    start(total: number): void;
    update(done: number, rows: number, what: string): void;
    stop(): void;
  };
}

/** Takes what was decided of a chunk, for a report beyond the counts; called again for a chunk that is retried. */
export type ChunkListener = (result: ChunkResult) => void;

/** Makes the outcome of what was counted. */
export type OutcomeOf = (tally: Tally, plan: Plan) => JobOutcome;

/** Persons whose facts are read, decided and written at once. */
const CHUNK_PERSONS = 125;
const START: QueuePlace = { leader: '', personId: '' };

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
    const outcome = await new OrdersRun(guarded, request, job, outcomeOf, listener).run();
    return { ...outcome, furtherProblems: services.found ?? [] };
  });
}

/** Persons of the queue up to a place. */
interface ReadPersons {
  readonly persons: PersonFacts[];
  /** With those of other shards, which are left to them. */
  readonly queued: number;
  readonly last: QueuePlace;
}

class OrdersRun {
  readonly #services: OrdersServices;
  readonly #request: OrdersRequest;
  readonly #job: Job;
  readonly #outcomeOf: OutcomeOf;
  readonly #listener: ChunkListener;
  readonly #database: Database;
  readonly #audit: AuditWriter;
  readonly #tally = new Tally();
  /** Queued persons that were written, or left to other shards. */
  #processed = 0;
  /** Of the program and what the configuration decides: another one takes everybody up. */
  readonly #version: string;

  constructor(services: OrdersServices, request: OrdersRequest, job: Job, outcomeOf: OutcomeOf, listener: ChunkListener) {
    this.#services = services;
    this.#request = request;
    this.#job = job;
    this.#outcomeOf = outcomeOf;
    this.#listener = listener;
    this.#database = services.database;
    this.#audit = new AuditWriter(job.runId, services.clock);
    this.#version = ordersVersion(services);
  }

  async run(): Promise<JobOutcome> {
    const now = await runsNow(this.#database, { queue: QUEUE, dryRun: this.#request.dryRun });
    try {
      // A dry run does the same in one transaction that is rolled back, so that the queue too leaves no trace.
      if (this.#request.dryRun) {
        const rehearse = async (tx: Transaction): Promise<JobOutcome> => {
          const plan = await this.#prepare(tx, now);
          await this.#each(plan, (work) => work(tx));
          return this.#outcomeOf(this.#tally, plan);
        };
        return await this.#database.transaction(rehearse, { rollbackIf: () => true, signal: this.#services.signal });
      }
      const plan = await this.#commit((tx) => this.#prepare(tx, now));
      failpoint('orders.queue.built');
      await this.#each(plan, (work) => this.#commit(work));
      await this.#commit((tx) => finishQueue(tx, this.#request, plan, this.#processed, this.#version, this.#job.runId));
      failpoint('orders.marks.written');
      return this.#outcomeOf(this.#tally, plan);
    } finally {
      this.#services.progress.stop();
    }
  }

  /** @throws HubError configuration if the database was filled with another key of ids */
  async #prepare(tx: Transaction, now: RunsNow): Promise<Plan> {
    const { idKey, clock } = this.#services;
    await (this.#request.dryRun ? requireIdKeyOf(tx, idKey) : keepIdKey(tx, idKey, clock.now()));
    return prepare(this.#database, tx, this.#request, this.#job.runId, now, this.#version);
  }

  /** The work of each chunk in a transaction; the next one's facts are read meanwhile, where the database can do both. */
  async #each(plan: Plan, inTransaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>): Promise<void> {
    const { progress, signal } = this.#services;
    const setup = await inTransaction((tx) => readDecisionSetup(this.#database, tx, { ...this.#services, brands: this.#request.allBrands }));
    progress.start(plan.queued);
    const readsAhead = this.#database.dialect.concurrentWriters && !this.#request.dryRun;
    let place = START;
    const read = async (): Promise<ReadPersons | undefined> => {
      const next = await (this.#request.dryRun ? inTransaction((tx) => this.#read(tx, place)) : this.#readBeside(place));
      place = next?.last ?? place;
      return next;
    };
    for await (const { persons, queued } of readAhead(read, readsAhead)) {
      if (signal.aborted) throw new HubError('interrupted', 'interrupted', `${this.#request.command} was interrupted.`);
      const result = await inTransaction(async (tx) => {
        const written = await writeChunk(this.#target(tx), this.#services.outbox, this.#request.command, setup, persons, plan.strays);
        failpoint('orders.chunk.written');
        return written;
      });
      failpoint('orders.chunk.committed');
      this.#processed += queued;
      this.#tally.merge(result.tally);
      this.#listener(result);
      for (const account of result.tally.undecidable) this.#services.observer?.undecidable(account);
      progress.update(this.#tally.persons, this.#tally.rows, 'persons');
    }
  }

  /** The facts of some persons as they are at one moment, without keeping anybody from writing. */
  #readBeside(place: QueuePlace): Promise<ReadPersons | undefined> {
    return this.#database.snapshot((tx) => this.#read(tx, place), { signal: this.#services.signal });
  }

  async #read(tx: Transaction, after: QueuePlace): Promise<ReadPersons | undefined> {
    const { shard } = this.#request;
    const places = await nextPersons(this.#database, tx, this.#job.runId, after, CHUNK_PERSONS * shard.count);
    const last = places.at(-1);
    if (last === undefined) return undefined;
    const mine = places.flatMap(({ personId }) => (shard.has(personId.slice(0, 16)) ? [personId] : []));
    return { persons: await readPersons(this.#database, tx, mine), queued: places.length, last };
  }

  #target(tx: Transaction): RecordTarget {
    const { runId, changeNo } = this.#job;
    const { dryRun, recompute } = this.#request;
    return { database: this.#database, tx, audit: this.#audit, runId, changeNo, now: this.#services.clock.now(), write: !dryRun, recompute };
  }

  /** One transaction under the run's locks. */
  #commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return fencedTransaction(this.#services, this.#job.leases, work);
  }
}
