import type { Shard } from '../../core/shard.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { queueOf } from '../declare/stage-declaration.ts';
import { stageOf } from '../declare/stages.ts';
import type { AuditWriter } from '../records/audit.repository.ts';
import { targetOf, type RecordTarget } from '../records/record-target.ts';
import { noteUndecidable } from '../records/undecidable.repository.ts';
import type { Job, JobOutcome } from '../runs/job.ts';
import type { AccountName } from './decide-persons.ts';
import { countPersons, nextPersons, QUEUE_START, type PersonQueue, type PersonSelection, type QueuePlace } from './person-queue.repository.ts';
import { isRestricted, reasonOfMark, requireKnownAccounts, selectionOf, type PersonRequest } from './person-selection.ts';
import type { PersonTally } from './person-tally.ts';
import { runStage, type Found, type InTransaction, type StagePlan, type StageServices } from './run-stage.ts';
import { ALL_BRANDS } from './stage-marks.repository.ts';

/** What a run of a stage by person was asked for. */
export interface PersonStageRequest extends PersonRequest {
  readonly shard: Shard;
  readonly dryRun: boolean;
}

/** Who is taken up, and why. */
export interface PersonPlan extends StagePlan {
  /** Why everybody is taken up, if so. */
  readonly whole: string | undefined;
}

/** What is known once the queue is filled, beyond the plan of every stage by person. */
export interface PersonSetting {
  /** Brands of which nothing is stored yet; none for a stage that is not the only one to write its tables. */
  readonly emptyBrands: ReadonlySet<string>;
}

/** What a run of the stage works under. */
export interface PersonRun {
  readonly services: StageServices;
  readonly request: PersonStageRequest;
  readonly job: Job;
  readonly audit: AuditWriter;
}

/** Decides and writes some persons in the transaction of the target. */
export type PersonWriter<People, Result> = (target: RecordTarget, people: People) => Promise<Result>;

/** A stage that decides persons from enriched records: what is its own between the queue of persons and its tables. */
export interface PersonStage<People, Setting extends PersonSetting, Result extends { readonly tally: PersonTally }> {
  /** Its name in the list of stages. */
  readonly name: string;
  /** Of the program and of what decides beside the facts: another one takes everybody up. */
  readonly version: string;
  /** The date of the marks: that for which everything is decided, or NO_DATE. */
  readonly asOf: LocalDate;
  /** Why everybody is taken up whatever the mark says, and why where the mark would leave somebody out. */
  readonly reasons?: { readonly first?: string | undefined; readonly last?: string | undefined };
  /** True: what is stored is compared by its columns. */
  readonly recompute: boolean;
  /** Queues whom the selection is about (queueSelected), and reads what the work has to know of what is stored now. */
  queue(queue: PersonQueue, selection: PersonSelection): Promise<Setting>;
  open(setting: Setting, inTransaction: InTransaction): Promise<PersonWriter<People, Result>>;
  /** The facts of persons. */
  read(tx: Transaction, personIds: readonly string[]): Promise<People>;
  accountsOf(people: People): readonly AccountName[];
  /** Told of what is committed. */
  written?(result: Result): void;
  /** Of the whole run; the tallies of its chunks are added to it. */
  readonly tally: PersonTally;
  summarise(plan: PersonPlan): JobOutcome;
}

/** Persons whose facts are read, decided and written at once. */
const CHUNK_PERSONS = 125;

/** Brings the records of a stage by person up to the facts before it. @throws HubError as runStage */
export function runPersonStage<People, Setting extends PersonSetting, Result extends { readonly tally: PersonTally }>(
  run: PersonRun,
  stage: PersonStage<People, Setting, Result>,
): Promise<JobOutcome> {
  const { services, request, job, audit } = run;
  const { database } = services;
  const { shard, dryRun } = request;
  const { name, version, recompute, tally } = stage;
  const declared = stageOf(name);
  const queueIn = (tx: Transaction): PersonQueue => ({ database, tx, table: queueOf(declared), runId: job.runId });
  return runStage<PersonPlan & { readonly setting: Setting }, People, QueuePlace, People, Result>(services, job, {
    ...{ declared, dryRun, version, shard: shard.label },
    prepare: (tx, found) => prepare(queueIn(tx), request, stage, found),
    marksOf: () => (isRestricted(request) ? undefined : { brands: [ALL_BRANDS], asOf: stage.asOf }),
    summarise: (_tx, plan) => Promise.resolve(stage.summarise(plan)),
    done: () => [tally.persons, tally.rows, 'persons'],
    open: async ({ setting }, inTransaction) => {
      const write = await stage.open(setting, inTransaction);
      const { emptyBrands } = setting;
      return {
        read: async (tx, after = QUEUE_START) => {
          const places = await nextPersons(queueIn(tx), after, CHUNK_PERSONS * shard.count);
          const last = places.at(-1);
          if (last === undefined) return undefined;
          const mine = places.flatMap(({ personId }) => (shard.has(personId.slice(0, 16)) ? [personId] : []));
          return { facts: await stage.read(tx, mine), queued: places.length, last };
        },
        collect: (_batch, people) => people,
        isFull: () => true,
        write: async (tx, people) => {
          const target = targetOf(services, job, tx, { audit, write: !dryRun, recompute, emptyBrands });
          const result = await write(target, people);
          await noteUndecidable(target, name, stage.accountsOf(people), result.tally.undecidable);
          return result;
        },
        written: (result) => {
          tally.merge(result.tally);
          stage.written?.(result);
        },
        close: () => Promise.resolve(),
      };
    },
  });
}

/** Fills the queue of the run with everybody whom it concerns; the caller's transaction makes it one step. */
export async function prepare<Setting extends PersonSetting>(
  queue: PersonQueue,
  request: PersonRequest,
  stage: Pick<PersonStage<never, Setting, never>, 'version' | 'reasons' | 'queue'>,
  { marks, upTo }: Found,
): Promise<PersonPlan & { readonly setting: Setting }> {
  const mark = marks.get(ALL_BRANDS);
  const whole = isRestricted(request) ? undefined : (stage.reasons?.first ?? reasonOfMark(mark, stage.version) ?? stage.reasons?.last);
  const setting = await stage.queue(queue, selectionOf(request, whole, mark, upTo));
  const queued = await countPersons(queue);
  requireKnownAccounts(request, queued);
  return { upTo, queued, whole, setting };
}
