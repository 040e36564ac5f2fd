import type { Knex } from 'knex';

import type { Shard } from '../core/shard.ts';
import { stageVersion } from '../core/stage-version.ts';
import type { BatchId, LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import { stageOf } from '../engine/declare/stages.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { targetOf, type RecordTarget } from '../engine/records/record-target.ts';
import { runJob, type Job, type JobReport } from '../engine/runs/job.ts';
import { runStage, type Found, type InTransaction, type ReadChunk, type Stage, type StageServices, type StageWork } from '../engine/stage/run-stage.ts';
import type { EnrichSetup } from './decide/enrich-charges.ts';
import { Decided, readChunk, writeCatalog, writeDecided, type Chunk } from './enrich-chunk.ts';
import { lookedUpFacts, type FactSource } from './facts/fact-source.ts';
import { SpooledFacts } from './facts/spooled-facts.repository.ts';
import { outcomeOf } from './enrich-report.ts';
import { isRestricted, prepare, STAGE, type Plan } from './prepare.ts';
import { nextPersons, type QueuePlace } from './queue.repository.ts';
import { activeSubscriptions } from './records/summary.repository.ts';
import type { Rules } from './rules/rules.ts';
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

export interface EnrichServices extends StageServices {
  readonly rules: Rules;
  /** Whose purchases bring subscribers back who had left. */
  readonly config?: RestoringConfig;
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
    command: STAGE,
    brands: request.allBrands,
    shard: shard.label,
    dryRun,
    params: { brands, as_of: asOf, accounts: accounts ?? null, from: range?.from ?? null, to: range?.until ?? null, shard: shard.label, recompute },
  };
  return runJob(services, spec, async (job, guarded) => {
    const audit = new AuditWriter(job.runId, guarded.clock);
    const outcome = await runStage(guarded, job, new Enrichment(guarded, request, job, audit));
    // A purchase may bring an unsubscribed person back, and a new contact tells whose its e-mail events are.
    if (!dryRun) await foldSubscribers(guarded, job, audit, request.allBrands);
    return outcome;
  });
}

/** What was written of some persons. */
interface Written {
  readonly tally: Tally;
}

class Enrichment implements Stage<Plan, Chunk, QueuePlace, Decided, Written> {
  readonly declared = stageOf(STAGE);
  readonly shard: string;
  readonly dryRun: boolean;
  readonly version: string;
  readonly #services: EnrichServices;
  readonly #request: EnrichRequest;
  readonly #job: Job;
  readonly #audit: AuditWriter;
  readonly #tally = new Tally();

  constructor(services: EnrichServices, request: EnrichRequest, job: Job, audit: AuditWriter) {
    this.#services = services;
    this.#request = request;
    this.#job = job;
    this.#audit = audit;
    this.shard = request.shard.label;
    this.dryRun = request.dryRun;
    this.version = stageVersion(services.version, services.rules.version);
  }

  prepare(tx: Transaction, found: Found): Promise<Plan> {
    return prepare(this.#services.database, tx, this.#request, this.#job.runId, found, this.version);
  }

  marksOf(): { brands: readonly string[]; asOf: LocalDate } | undefined {
    return isRestricted(this.#request) ? undefined : this.#request;
  }

  async summarise(tx: Transaction, plan: Plan): ReturnType<Stage<Plan, Chunk, QueuePlace, Decided, Written>['summarise']> {
    return outcomeOf(this.#tally, plan, await activeSubscriptions(tx));
  }

  done(): readonly [number, number, string] {
    return [this.#tally.accounts, this.#tally.rows, 'accounts'];
  }

  /** The first shard writes the catalogs. */
  async open(plan: Plan, inTransaction: InTransaction): Promise<StageWork<Chunk, QueuePlace, Decided, Written>> {
    const { rules, database } = this.#services;
    const setup: EnrichSetup = { rules, catalogs: plan.catalogs, asOf: this.#request.asOf };
    if (this.#request.shard.index === 1) {
      for (const brand of this.#request.brands) {
        const catalog = plan.catalogs.get(brand) ?? new Map();
        this.#tally.merge(await inTransaction((tx) => writeCatalog(this.#target(tx, plan.emptyBrands), setup, brand, catalog)));
      }
    }
    const source = (await this.#spooled(plan)) ?? lookedUpFacts(database);
    return {
      read: (tx, after = START) => this.#read(source, tx, after),
      collect: (decided = new Decided(), chunk) => {
        decided.add(setup, chunk);
        return decided;
      },
      isFull: ({ persons }) => persons >= PERSONS_PER_WRITE,
      write: async (tx, decided) => ({ tally: await writeDecided(this.#target(tx, plan.emptyBrands), decided) }),
      written: ({ tally }) => this.#tally.merge(tally),
      close: () => source.close(),
    };
  }

  /** A run that takes everybody up reads the raw tables whole. */
  async #spooled({ whole }: Plan): Promise<FactSource | undefined> {
    const { dryRun, brands, allBrands, shard } = this.#request;
    // The queue of a dry run is seen by its own transaction only; of many shards each would read everything for little.
    if (dryRun || whole.size < brands.length || shard.count > MOST_SPOOLING_SHARDS) return undefined;
    const { database, signal } = this.#services;
    return SpooledFacts.open(database, { runId: this.#job.runId, brands: allBrands, personsPerRange: CHUNK_PERSONS, signal });
  }

  async #read(source: FactSource, tx: Knex, after: QueuePlace): Promise<ReadChunk<Chunk, QueuePlace> | undefined> {
    const { shard } = this.#request;
    const { database } = this.#services;
    const next = await nextPersons(database, tx, this.#job.runId, after, CHUNK_PERSONS * shard.count);
    if (next === undefined) return undefined;
    const mine = next.accounts.filter(({ personId }) => shard.has(personId.slice(0, 16)));
    return { facts: await readChunk(database, source, tx, mine), queued: next.accounts.length, last: next.last };
  }

  #target(tx: Transaction, emptyBrands: ReadonlySet<string>): RecordTarget {
    const { rules } = this.#services;
    const { dryRun, recompute } = this.#request;
    return targetOf(this.#services, this.#job, tx, { audit: this.#audit, rulesVersion: rules.version.slice(0, 16), emptyBrands, write: !dryRun, recompute });
  }
}
