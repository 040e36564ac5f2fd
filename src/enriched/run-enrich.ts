import type { Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { readAhead } from '../core/async/read-ahead.ts';
import type { Shard } from '../core/shard.ts';
import { stageVersion } from '../core/stage-version.ts';
import type { BatchId, LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import { runsNow, type RunsNow } from '../engine/stage/stage-marks.repository.ts';
import type { EnrichSetup } from './decide/enrich-charges.ts';
import { Decided, readChunk, writeCatalog, writeDecided, type Chunk } from './enrich-chunk.ts';
import type { EnrichedTarget } from './records/enriched.repository.ts';
import { lookedUpFacts, type FactSource } from './facts/fact-source.ts';
import { outcomeOf } from './outcome.ts';
import { finishQueue, prepare, type Plan } from './prepare.ts';
import { nextPersons, QUEUE, type QueuePlace } from './queue.repository.ts';
import type { Rules } from './rules/rules.ts';
import { SpooledFacts } from './facts/spooled-facts.repository.ts';
import { activeSubscriptions } from './records/summary.repository.ts';
import type { RestoringConfig } from './subscribers/restoring.ts';
import { foldSubscribers } from './subscribers/run-fold.ts';
import { Tally } from './tally.ts';

/** What the enrichment was asked for. */
export interface EnrichRequest {
  /** All configured brands: a person is decided whole. */
  readonly allBrands: readonly string[];
  /** The brands whose accounts are taken up. */
  readonly brands: readonly string[];
  readonly asOf: LocalDate;
  /** Only these accounts. */
  readonly accounts: readonly string[] | undefined;
  /** Only accounts with rows of these batches. */
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  readonly shard: Shard;
  readonly dryRun: boolean;
  /** True: what is stored of everybody who is chosen is compared by its columns, not by its checksums. */
  readonly recompute: boolean;
}

export interface EnrichServices extends JobServices {
  readonly rules: Rules;
  readonly signal: AbortSignal;
  /** Whose purchases bring subscribers back who had left. */
  readonly config?: RestoringConfig;
  readonly progress: {
    start(total: number): void;
    update(done: number, rows: number, what: string): void;
    stop(): void;
  };
}

/** Persons whose facts are read and decided at once: memory grows with it, and little time is saved beyond. */
const CHUNK_PERSONS = 125;
/** Persons whose records are written at once. Encoded they are small, and fewer statements write more rows each. */
const PERSONS_PER_WRITE = 250;
/** Each shard reads the tables whole, so that with more of them looking rows up is cheaper. */
const MOST_SPOOLING_SHARDS = 8;
const START: QueuePlace = { leader: '', personId: '' };

/** Brings the enriched tables up to the raw ones, person by person, as one recorded run. */
export async function runEnrich(services: EnrichServices, request: EnrichRequest): Promise<JobReport> {
  const { brands, asOf, accounts, range, shard, dryRun, recompute } = request;
  const spec = {
    command: 'enrich',
    brands: request.allBrands,
    shard: shard.label,
    dryRun,
    params: { brands, as_of: asOf, accounts: accounts ?? null, from: range?.from ?? null, to: range?.until ?? null, shard: shard.label, recompute },
  };
  return runJob(services, spec, (job, guarded) => new Enrichment(guarded, request, job).run());
}

/** Persons of the queue up to a place. */
interface ReadChunk {
  readonly chunk: Chunk;
  readonly last: QueuePlace;
  /** Accounts on the way that are other shards'. */
  readonly others: number;
}

type InTransaction = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

class Enrichment {
  readonly #services: EnrichServices;
  readonly #request: EnrichRequest;
  readonly #job: Job;
  readonly #database: Database;
  readonly #audit: AuditWriter;
  readonly #tally = new Tally();
  /** Queued accounts that were written, left out as undecidable, or left to other shards. */
  #processed = 0;
  /** Of the rules and the program: another one takes everybody up. */
  readonly #version: string;
  readonly #rulesVersion: string;

  constructor(services: EnrichServices, request: EnrichRequest, job: Job) {
    this.#services = services;
    this.#request = request;
    this.#job = job;
    this.#database = services.database;
    this.#audit = new AuditWriter(job.runId, services.clock);
    this.#rulesVersion = services.rules.version.slice(0, 16);
    this.#version = stageVersion(services.version, services.rules.version);
  }

  async run(): Promise<JobOutcome> {
    const now = await runsNow(this.#database, { queue: QUEUE, dryRun: this.#request.dryRun });
    try {
      // A dry run does the same in one transaction that is rolled back, so that the queue too leaves no trace.
      if (this.#request.dryRun) {
        const rehearse = async (tx: Transaction): Promise<JobOutcome> => {
          const plan = await this.#prepare(tx, now);
          await this.#each(plan, (work) => work(tx));
          return outcomeOf(this.#tally, plan, await activeSubscriptions(tx));
        };
        return await this.#database.transaction(rehearse, { rollbackIf: () => true, signal: this.#services.signal });
      }
      const plan = await this.#commit((tx) => this.#prepare(tx, now));
      failpoint('enrich.queue.built');
      await this.#each(plan, (work) => this.#commit(work));
      const active = await this.#commit(async (tx) => {
        await finishQueue(tx, this.#request, plan, this.#processed, this.#version, this.#job.runId);
        return activeSubscriptions(tx);
      });
      failpoint('enrich.marks.written');
      // A purchase may bring an unsubscribed person back, and a new contact tells whose its e-mail events are.
      await foldSubscribers(this.#services, this.#job, this.#audit, this.#request.allBrands);
      return outcomeOf(this.#tally, plan, active);
    } finally {
      this.#services.progress.stop();
    }
  }

  #prepare(tx: Transaction, now: RunsNow): Promise<Plan> {
    return prepare(this.#database, tx, this.#request, this.#job.runId, now, this.#version);
  }

  /** The work of each chunk in a transaction; the next one is read meanwhile, where the database can do both. */
  async #each(plan: Plan, inTransaction: InTransaction): Promise<void> {
    const { rules, progress } = this.#services;
    const setup: EnrichSetup = { rules, catalogs: plan.catalogs, asOf: this.#request.asOf };
    progress.start(plan.queued);
    if (this.#request.shard.index === 1) {
      for (const brand of this.#request.brands) {
        const catalog = plan.catalogs.get(brand) ?? new Map();
        this.#tally.merge(await inTransaction((tx) => writeCatalog(this.#target(tx, plan.emptyBrands), setup, brand, catalog)));
      }
    }
    const source = (await this.#spooled(plan)) ?? lookedUpFacts(this.#database);
    try {
      await this.#eachChunk(source, setup, plan.emptyBrands, inTransaction);
    } finally {
      await source.close();
    }
  }

  /** A run that takes everybody up reads the raw tables whole. */
  async #spooled({ whole }: Plan): Promise<FactSource | undefined> {
    const { dryRun, brands, allBrands, shard } = this.#request;
    // The queue of a dry run is seen by its own transaction only; of many shards each would read everything for little.
    if (dryRun || whole.size < brands.length || shard.count > MOST_SPOOLING_SHARDS) return undefined;
    return SpooledFacts.open(this.#database, { runId: this.#job.runId, brands: allBrands, personsPerRange: CHUNK_PERSONS, signal: this.#services.signal });
  }

  async #eachChunk(source: FactSource, setup: EnrichSetup, emptyBrands: ReadonlySet<string>, inTransaction: InTransaction): Promise<void> {
    const { progress, signal } = this.#services;
    const readsAhead = this.#database.dialect.concurrentWriters && !this.#request.dryRun;
    let place = START;
    const read = async (): Promise<Chunk | undefined> => {
      const next = await (this.#request.dryRun ? inTransaction((tx) => this.#read(source, tx, place)) : this.#readBeside(source, place));
      if (next === undefined) return undefined;
      place = next.last;
      this.#processed += next.others;
      return next.chunk;
    };
    let decided = new Decided();
    const write = async (): Promise<void> => {
      const current = decided;
      decided = new Decided();
      this.#tally.merge(
        await inTransaction(async (tx) => {
          const tally = await writeDecided(this.#target(tx, emptyBrands), current);
          failpoint('enrich.chunk.written');
          return tally;
        }),
      );
      this.#processed += current.accounts.length + current.undecidable.length;
      for (const account of current.undecidable) this.#services.observer?.undecidable(account);
      failpoint('enrich.chunk.committed');
      progress.update(this.#tally.accounts, this.#tally.rows, 'accounts');
    };
    for await (const chunk of readAhead(read, readsAhead)) {
      if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The enrichment was interrupted.');
      decided.add(setup, chunk);
      if (decided.persons >= PERSONS_PER_WRITE) await write();
    }
    if (decided.persons > 0) await write();
  }

  /** The facts of some persons as they are at one moment, without keeping anybody from writing. */
  #readBeside(source: FactSource, place: QueuePlace): Promise<ReadChunk | undefined> {
    return this.#database.snapshot((tx) => this.#read(source, tx, place), { signal: this.#services.signal });
  }

  async #read(source: FactSource, tx: Knex, after: QueuePlace): Promise<ReadChunk | undefined> {
    const { shard } = this.#request;
    const next = await nextPersons(this.#database, tx, this.#job.runId, after, CHUNK_PERSONS * shard.count);
    if (next === undefined) return undefined;
    const mine = next.accounts.filter(({ personId }) => shard.has(personId.slice(0, 16)));
    return { chunk: await readChunk(this.#database, source, tx, mine), last: next.last, others: next.accounts.length - mine.length };
  }

  #target(tx: Transaction, emptyBrands: ReadonlySet<string>): EnrichedTarget {
    const { runId, changeNo } = this.#job;
    return {
      database: this.#database,
      tx,
      audit: this.#audit,
      runId,
      changeNo,
      rulesVersion: this.#rulesVersion,
      now: this.#services.clock.now(),
      emptyBrands,
      write: !this.#request.dryRun,
      recompute: this.#request.recompute,
    };
  }

  /** One transaction under the run's locks. */
  #commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return fencedTransaction(this.#services, this.#job.leases, work);
  }
}
