import { readAhead } from '../../core/async/read-ahead.ts';
import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { mayWriteFor, queueOf, type StageDeclaration } from '../declare/stage-declaration.ts';
import type { RecordCounts } from '../records/record-counts.ts';
import { fencedTransaction } from '../runs/fenced.ts';
import type { Job, JobOutcome, JobServices } from '../runs/job.ts';
import type { Progress } from '../runs/progress.ts';
import { readMarks, requireAllProcessed, runsNow, completeUpTo, writeMarks, type Mark, type RunsNow } from './stage-marks.repository.ts';

/** What a stage runs with. */
export interface StageServices extends JobServices {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Does work in a transaction of the run: of its own, or of the one that a dry run rolls back. */
export type InTransaction = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Who is taken up, as far as every stage knows it. */
export interface StagePlan {
  /** Everything up to this change number is taken up. */
  readonly upTo: number;
  /** Entries in the queue, before other shards' are left out. */
  readonly queued: number;
}

/** What a stage has to know to choose whom it takes up. */
export interface Found {
  /** How far it has come, by brand. */
  readonly marks: ReadonlyMap<string, Mark>;
  readonly upTo: number;
}

/** The facts of some persons of the queue. */
export interface ReadChunk<Facts, Place> {
  readonly facts: Facts;
  /** Entries of the queue that it stands for, those that are left to other shards too. */
  readonly queued: number;
  /** Where the queue goes on. */
  readonly last: Place;
}

/** The work of a stage between its queue and its end. */
export interface StageWork<Facts, Place, Batch, Written extends { readonly tally: RecordCounts }> {
  /** The next persons after a place; undefined at the end of the queue. */
  read(tx: Transaction, after: Place | undefined): Promise<ReadChunk<Facts, Place> | undefined>;
  /** Adds facts to what is written next, decided if that needs nothing stored. Pure. */
  collect(batch: Batch | undefined, facts: Facts): Batch;
  /** True if there is enough to write. */
  isFull(batch: Batch): boolean;
  write(tx: Transaction, batch: Batch): Promise<Written>;
  /** Told of what is committed. */
  written(result: Written): void;
  close(): Promise<void>;
}

/** A stage that brings derived records up to the facts before it, person by person. */
export interface Stage<Plan extends StagePlan, Facts, Place, Batch, Written extends { readonly tally: RecordCounts }> {
  /** What the list of stages says of it: the name of its marks, its queue, and whose changes it takes up. */
  readonly declared: StageDeclaration;
  readonly shard: string;
  readonly dryRun: boolean;
  /** Of the program and of what decides beside the facts: another one takes everybody up. */
  readonly version: string;
  /** Fills the queue of the run; one transaction makes it one step. */
  prepare(tx: Transaction, found: Found): Promise<Plan>;
  open(plan: Plan, inTransaction: InTransaction): Promise<StageWork<Facts, Place, Batch, Written>>;
  /** Whose marks move when the queue is done; undefined if only a part of what there is was asked for. */
  marksOf(plan: Plan): { readonly brands: readonly string[]; readonly asOf: LocalDate } | undefined;
  /** Sums up for the report, in the last transaction of the queue. */
  summarise(tx: Transaction, plan: Plan): Promise<JobOutcome>;
  /** How far the run is: how many of what are done, with how many rows. */
  done(): readonly [done: number, rows: number, what: string];
}

/**
 * Runs a stage: queue, chunks, marks, each a fenced transaction; a dry run does the same in one that is rolled back, so
 * that the queue too leaves no trace.
 * @throws HubError interrupted at the signal, transient if the queue was not seen whole; else what the stage throws
 */
export async function runStage<Plan extends StagePlan, Facts, Place, Batch, Written extends { readonly tally: RecordCounts }>(
  services: StageServices,
  job: Job,
  stage: Stage<Plan, Facts, Place, Batch, Written>,
): Promise<JobOutcome> {
  const { database, signal, progress } = services;
  const now = await runsNow(database, { queue: queueOf(stage.declared), dryRun: stage.dryRun });
  const commit: InTransaction = (work) => fencedTransaction(services, job.leases, work);
  try {
    if (stage.dryRun) {
      const rehearse = async (tx: Transaction): Promise<JobOutcome> => {
        const plan = await select(stage, tx, job, now);
        await workThrough(services, stage, plan, (work) => work(tx));
        return stage.summarise(tx, plan);
      };
      return await database.rehearse(rehearse, { signal });
    }
    const plan = await commit((tx) => select(stage, tx, job, now));
    failpoint('stage.queue.built');
    const processed = await workThrough(services, stage, plan, commit);
    const outcome = await commit(async (tx) => {
      await finish(stage, tx, job, plan, processed);
      return stage.summarise(tx, plan);
    });
    failpoint('stage.marks.written');
    return outcome;
  } finally {
    progress.stop();
  }
}

type AnyStage<Plan extends StagePlan> = Stage<Plan, never, never, never, { readonly tally: RecordCounts }>;

/** Clears the queues that runs have left behind, and fills that of this run. */
export async function select<Plan extends StagePlan>(
  stage: Pick<AnyStage<Plan>, 'declared' | 'shard' | 'prepare'>,
  tx: Transaction,
  job: Pick<Job, 'runId'>,
  now: RunsNow,
): Promise<Plan> {
  await clearQueues(tx, stage.declared, now.left);
  const marks = await readMarks(tx, { stage: stage.declared.name, shard: stage.shard });
  return stage.prepare(tx, { marks, upTo: await completeUpTo(tx, job.runId, now, mayWriteFor(stage.declared)) });
}

/** Removes what the runs have queued. */
async function clearQueues(tx: Transaction, { queue }: StageDeclaration, runIds: readonly string[]): Promise<void> {
  for (const table of queue) await tx(table).whereIn('run_id', runIds).delete();
}

/** Moves the marks, if the run took up all that there was, and drops its queue. */
async function finish<Plan extends StagePlan>(
  stage: Pick<AnyStage<Plan>, 'declared' | 'shard' | 'version' | 'marksOf'>,
  tx: Transaction,
  job: Job,
  plan: Plan,
  processed: number,
): Promise<void> {
  requireAllProcessed(stage.declared.name, plan.queued, processed);
  const moved = stage.marksOf(plan);
  if (moved !== undefined) {
    await writeMarks(tx, { stage: stage.declared.name, shard: stage.shard }, moved.brands, { mark: plan.upTo, asOf: moved.asOf, version: stage.version }, job.runId);
  }
  await clearQueues(tx, stage.declared, [job.runId]);
}

/** The work of each batch in a transaction; the next facts are read meanwhile, where the database can do both. */
async function workThrough<Plan extends StagePlan, Facts, Place, Batch, Written extends { readonly tally: RecordCounts }>(
  services: StageServices,
  stage: Stage<Plan, Facts, Place, Batch, Written>,
  plan: Plan,
  inTransaction: InTransaction,
): Promise<number> {
  const { database, signal, progress, observer } = services;
  progress.start(plan.queued);
  const work = await stage.open(plan, inTransaction);
  let batch: Batch | undefined;
  let [waiting, processed] = [0, 0];
  const write = async (current: Batch): Promise<void> => {
    const result = await inTransaction(async (tx) => {
      const written = await work.write(tx, current);
      failpoint('stage.chunk.written');
      return written;
    });
    failpoint('stage.chunk.committed');
    work.written(result);
    for (const account of result.tally.undecidable) observer?.undecidable(account);
    progress.update(...stage.done());
  };
  try {
    for await (const { facts, queued } of chunksOf(database, stage, work, inTransaction, signal)) {
      if (signal.aborted) throw new HubError('interrupted', 'interrupted', `${stage.declared.name} was interrupted.`);
      batch = work.collect(batch, facts);
      waiting += queued;
      if (!work.isFull(batch)) continue;
      await write(batch);
      [batch, processed, waiting] = [undefined, processed + waiting, 0];
    }
    if (batch !== undefined) await write(batch);
    return processed + waiting;
  } finally {
    await work.close();
  }
}

/** The facts of the queue: each chunk as it is at one moment, without keeping anybody from writing. */
function chunksOf<Facts, Place>(
  database: Database,
  { dryRun }: { readonly dryRun: boolean },
  work: Pick<StageWork<Facts, Place, unknown, { readonly tally: RecordCounts }>, 'read'>,
  inTransaction: InTransaction,
  signal: AbortSignal,
): AsyncGenerator<ReadChunk<Facts, Place>, void> {
  let place: Place | undefined;
  const read = async (): Promise<ReadChunk<Facts, Place> | undefined> => {
    const one = (tx: Transaction): Promise<ReadChunk<Facts, Place> | undefined> => work.read(tx, place);
    const next = await (dryRun ? inTransaction(one) : database.snapshot(one, { signal }));
    place = next?.last ?? place;
    return next;
  };
  return readAhead(read, database.dialect.concurrentWriters && !dryRun);
}
