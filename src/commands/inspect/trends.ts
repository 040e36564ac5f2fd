import { HubError } from '../../core/errors.ts';
import { toIso } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { asKey } from '../../db/key-lookup.ts';
import { commandsThatRan, endedRuns, type RunRecord } from '../../engine/runs/job-runs.repository.ts';
import { HISTORY_RUNS, judgeRuns, type JudgedRun } from '../../monitoring/run-figures.ts';
import { TREND_RUNS, median, type Anomaly, type AnomalyKind } from '../../monitoring/trends.ts';
import { formatCount, formatDuration } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command, Output } from '../../cli/command.ts';
import { count, option } from '../../cli/flag.ts';

const limitFlag = option('--limit <count>', 'how many runs at most', count).or(String(TREND_RUNS));

const NAMES: Record<AnomalyKind, string> = { no_rows: 'no rows', few_rows: 'few rows', many_rejects: 'many rejects', slow: 'slow' };
/** Runs that are read for each that is shown: other shards, backfills and failures lie between. */
const RUNS_PER_SHOWN = 3;

/** Compares runs with those before them. */
export const runTrends: Command = {
  name: 'trends',
  summary: 'compare runs with the 14 before them, and name what is unusual',
  description:
    'Without a command: the newest run of each. With one: its newest runs. Unusual is no rows where there are some else, ' +
    'less than half of the usual rows, twice the usual share of rejected rows, twice the usual time, each if it is also ' +
    'beyond the spread of the runs before (median and median absolute deviation). Backfills, selections of accounts and ' +
    'runs that failed are left out; below five earlier runs nothing is called unusual.',
  arguments: '[command]',
  options: [limitFlag],
  examples: ['hub runs trends', 'hub runs trends import-billing --limit 30', 'hub runs trends --output json'],
  async run(context, options, [command]) {
    const database = await context.database();
    const limit = limitFlag.of(options);
    if (command === undefined) return overview(await newestOfEach(database));
    const ended = await endedRuns(database, asKey(command), runsFor(limit));
    if (ended.length === 0) {
      throw new HubError('usage', 'command_never_ran', `${command} has no finished run.`, { nextStep: 'See what ran with: hub runs list' });
    }
    return history(command, judgeRuns(ended).slice(0, limit));
  },
};

/** What is unusual about the runs, by run id; runs without an entry are as usual. */
export async function unusualRuns(database: Database, runs: readonly Pick<RunRecord, 'command'>[]): Promise<Map<string, string>> {
  const unusual = new Map<string, string>();
  for (const command of new Set(runs.map((run) => run.command))) {
    for (const { run, anomalies } of judgeRuns(await endedRuns(database, command, runsFor(runs.length)))) {
      if (anomalies.length > 0) unusual.set(run.run_id, anomalies.map(anomalyText).join(', '));
    }
  }
  return unusual;
}

function runsFor(shown: number): number {
  return shown * RUNS_PER_SHOWN + HISTORY_RUNS;
}

async function newestOfEach(database: Database): Promise<JudgedRun[]> {
  const newest: JudgedRun[] = [];
  for (const command of await commandsThatRan(database)) {
    const shards = new Set<string>();
    for (const judged of judgeRuns(await endedRuns(database, command, HISTORY_RUNS))) {
      if (!shards.has(judged.run.shard)) newest.push(judged);
      shards.add(judged.run.shard);
    }
  }
  return newest;
}

function overview(judged: readonly JudgedRun[]): Output {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    ...['command', 'shard', 'newest run'].map((title) => ({ title })),
    ...['rows', 'usual', 'rejected', 'usual', 'duration', 'usual', 'runs compared'].map(right),
    { title: 'unusual', long: 'wrap' as const },
  ];
  const rows = judged.map(({ run, figures, before, anomalies }) => {
    const usual = usualOf(before);
    return [
      ...[run.command, run.shard, toIso(run.started_at), figures.rows, usual?.rows ?? null, figures.rejected, usual?.rejected ?? null],
      ...[formatDuration(figures.durationMs), usual === undefined ? null : formatDuration(usual.durationMs), before.length],
      anomalies.map(anomalyText).join(', '),
    ];
  });
  return { text: rows.length === 0 ? 'There are no finished runs yet.' : textTable(columns, rows), json: judged.map(asJson) };
}

function history(command: string, judged: readonly JudgedRun[]): Output {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [...['run', 'shard', 'status'].map((title) => ({ title })), ...['rows', 'rejected', 'duration'].map(right), { title: 'unusual', long: 'wrap' as const }];
  const rows = judged.map(({ run, figures, anomalies }) => [
    ...[run.run_id, run.shard, run.status, figures.rows, figures.rejected, formatDuration(figures.durationMs)],
    anomalies.map(anomalyText).join(', '),
  ]);
  return { text: rows.length === 0 ? `${command} has no run that can be compared yet.` : textTable(columns, rows), json: judged.map(asJson) };
}

/** `few rows (1,200, usually 13,471)` */
function anomalyText({ kind, value, usual }: Anomaly): string {
  const show = kind === 'slow' ? formatDuration : formatCount;
  return kind === 'no_rows' ? `no rows (usually ${show(Math.floor(usual))})` : `${NAMES[kind]} (${show(value)}, usually ${show(Math.floor(usual))})`;
}

function asJson({ run, figures, before, anomalies }: JudgedRun): Record<string, unknown> {
  const { run_id, command, brands, shard, status, started_at } = run;
  const { rows, rejected, durationMs } = figures;
  return {
    ...{ run_id, command, brands: brands.split(','), shard, status, started_at: toIso(started_at) },
    ...{ rows, rejected, duration_ms: durationMs, compared_with: before.length, usual: usualOf(before) ?? null, anomalies },
  };
}

function usualOf(before: JudgedRun['before']): { rows: number; rejected: number; durationMs: number } | undefined {
  if (before.length === 0) return undefined;
  const middle = (values: readonly (number | null)[]): number => Math.floor(median(values.map((value) => value ?? 0)));
  return {
    rows: middle(before.map(({ rows }) => rows)),
    rejected: middle(before.map(({ rejected }) => rejected)),
    durationMs: middle(before.map(({ durationMs }) => durationMs)),
  };
}
