import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { problem, type Problem } from '../../core/problem.ts';
import { addMillis, batchOfInstant, type Clock, type Instant } from '../../core/time.ts';
import { firstOf } from '../../core/text/first-of.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { whereKeyBegins } from '../../db/key-lookup.ts';
import { commandsByPerson } from '../declare/job-commands.ts';
import { isProcessGone } from './locks.repository.ts';

/** `running` of a process that is gone is shown as `lost`. */
export const runStatuses = ['running', 'succeeded', 'refused', 'failed', 'interrupted', 'lost'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** A row of job_runs; JSON columns as text. */
export interface JobRun {
  run_id: RunId;
  command: string;
  brands: string;
  shard: string;
  status: RunStatus;
  change_no: number;
  started_at: Instant;
  finished_at: Instant | null;
  duration_ms: number | null;
  host: string;
  pid: number;
  version: string;
  params: string;
  totals: string | null;
  items: string | null;
  warnings: string | null;
  /** Null for a run that has not ended, and for those of before problems were kept. */
  problems: string | null;
  error: string | null;
}

export interface NewRun {
  readonly command: string;
  readonly brands: readonly string[];
  readonly shard: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly version: string;
}

/** What a run ends with. */
export interface RunResult {
  readonly status: RunStatus;
  readonly durationMs: number;
  readonly totals: unknown;
  readonly items: unknown;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  readonly error?: string;
}

/** A new run id: sorts by start time, unique without a database. */
export function newRunId(clock: Clock): RunId {
  return `${batchOfInstant(clock.now())}-${randomBytes(4).toString('hex')}` as RunId;
}

/**
 * Records the start of a run and gives it a change number: one more than every number given before. All rows that
 * the run writes carry it; later stages read the rows above their own mark and below the lowest running run.
 */
export async function recordRun(database: Database, runId: RunId, run: NewRun, clock: Clock): Promise<number> {
  return database.write(async (tx) => {
    // There already, if the commit of the try before was not answered.
    const recorded = await tx<JobRun>('job_runs').where({ run_id: runId }).first('change_no');
    if (recorded !== undefined) return recorded.change_no;
    const changeNo = await nextChangeNumber(tx);
    await tx<JobRun>('job_runs').insert({
      run_id: runId,
      command: run.command,
      brands: run.brands.join(','),
      shard: run.shard,
      status: 'running',
      change_no: changeNo,
      started_at: clock.now(),
      host: hostname(),
      pid: process.pid,
      version: run.version,
      params: JSON.stringify(run.params),
    });
    return changeNo;
  });
}

/** Records the end of a run. */
export async function finishRun(database: Database, runId: RunId, result: RunResult, clock: Clock): Promise<void> {
  await database.write(async (tx) => {
    await tx<JobRun>('job_runs')
      .where({ run_id: runId })
      .update({
        status: result.status,
        finished_at: clock.now(),
        duration_ms: result.durationMs,
        totals: JSON.stringify(result.totals),
        items: JSON.stringify(result.items),
        warnings: JSON.stringify(result.warnings),
        problems: JSON.stringify(keptOf(result.problems)),
        error: result.error ?? null,
      });
  });
}

/** So many problems of a run are kept: all of a history of years in one statement would be more than a server takes. */
const MOST_KEPT = 2_000;

function keptOf(problems: readonly Problem[]): readonly Problem[] {
  const { shown, more } = firstOf(problems, MOST_KEPT);
  if (more === 0) return problems;
  const others = problem('more_problems', `${more} more problems are not kept here.`, { next: 'The report that the command printed has all of them.' });
  return [...shown, others];
}

/** Which runs are wanted; undefined: all. */
export interface RunFilter {
  readonly command?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  /** When they began at the earliest. */
  readonly since?: Instant | undefined;
  /** The runs that hold locks, which tell running runs from lost ones; of use with statuses only. */
  readonly live?: ReadonlySet<string> | undefined;
  readonly limit: number;
}

/** A run gets its id when it is called, and begins once it has its locks: so much later at most. */
const LONGEST_START_MS = 24 * 60 * 60 * 1_000;

/** The newest runs first. */
export async function listRuns(database: Database, { command, statuses, since, live = new Set(), limit }: RunFilter): Promise<JobRun[]> {
  return database.read((knex) => {
    const query = knex<JobRun>('job_runs').orderBy('started_at', 'desc').orderBy('run_id', 'desc').limit(limit);
    if (command !== undefined) void query.where({ command });
    // Without a command, the ids are the index by time.
    if (since !== undefined) void query.where('started_at', '>=', since).where('run_id', '>=', batchOfInstant(addMillis(since, -LONGEST_START_MS)));
    if (statuses !== undefined) void query.where((any) => ofStatuses(any, statuses, [...live]));
    return query;
  });
}

function ofStatuses(query: Knex.QueryBuilder, statuses: readonly RunStatus[], live: readonly string[]): void {
  void query.whereIn('status', statuses.filter((status) => status !== 'running' && status !== 'lost'));
  if (statuses.includes('running')) void query.orWhere((running) => void running.where({ status: 'running' }).whereIn('run_id', live));
  if (statuses.includes('lost')) void query.orWhere((lost) => void lost.where({ status: 'running' }).whereNotIn('run_id', live));
}

const FIGURE_COLUMNS = ['run_id', 'command', 'brands', 'shard', 'status', 'started_at', 'finished_at', 'duration_ms', 'params', 'totals'] as const;

/** A run without what is long: enough to compare it with others. */
export type RunRecord = Pick<JobRun, (typeof FIGURE_COLUMNS)[number]>;

/** The newest runs of a command that have ended, whatever way; newest first. */
export async function endedRuns(database: Database, command: string, limit: number): Promise<RunRecord[]> {
  return database.read((knex) =>
    knex<JobRun>('job_runs')
      .where({ command })
      .whereNotNull('finished_at')
      .orderBy('started_at', 'desc')
      .orderBy('run_id', 'desc')
      .limit(limit)
      .select(...FIGURE_COLUMNS),
  );
}

/** The commands that ever ran, sorted. */
export async function commandsThatRan(database: Database): Promise<string[]> {
  return database.read((knex) => knex<JobRun>('job_runs').distinct('command').orderBy('command').pluck('command'));
}

/**
 * One run by its id, or by the beginning of it.
 * @throws HubError usage if none or several match
 */
export async function findRun(database: Database, id: string): Promise<JobRun> {
  const rows = await database.read((knex) => whereKeyBegins(knex<JobRun>('job_runs'), 'run_id', id).limit(2));
  const [row] = rows;
  if (row && rows.length === 1) return row;
  throw new HubError('usage', 'run_unknown', row ? `Several runs begin with "${id}".` : `There is no run "${id}".`, {
    nextStep: 'List the runs with: hub runs list',
  });
}

/** The runs of the command that began at or after the instant and ended well; one that decides person by person also if it left some out. */
export async function succeededSince(database: Database, command: string, since: Instant): Promise<Pick<JobRun, 'brands' | 'shard' | 'params'>[]> {
  const well: RunStatus[] = commandsByPerson.has(command) ? ['succeeded', 'refused'] : ['succeeded'];
  return database.read((knex) =>
    knex<JobRun>('job_runs').where({ command }).whereIn('status', well).where('started_at', '>=', since).select('brands', 'shard', 'params'),
  );
}

/** Those of the runs that are over: they ended, or their process on this machine is gone. */
export async function whichEnded(database: Database, runIds: readonly string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const rows = await database.read((knex) => knex<JobRun>('job_runs').whereIn('run_id', runIds).select('run_id', 'status', 'host', 'pid'));
  return rows.filter(({ status, host, pid }) => status !== 'running' || isProcessGone(host, pid)).map((row) => row.run_id);
}

/**
 * Keeps every run that has no change number yet from getting one before this transaction ends: until then it has read nothing,
 * and what it reads afterwards is what the transaction has left. On SQLite nobody else writes meanwhile anyway.
 */
export async function holdNewRuns(tx: Transaction): Promise<void> {
  await tx('counters').insert({ name: 'change_no', value: 0 }).onConflict('name').merge(['name']);
}

async function nextChangeNumber(tx: Transaction): Promise<number> {
  await holdNewRuns(tx);
  await tx('counters').where({ name: 'change_no' }).increment('value', 1);
  const row = await tx<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value');
  return row?.value ?? 0;
}
