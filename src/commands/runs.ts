import { Option } from 'commander';

import { toIso } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import { jobCommands } from '../runs/job-commands.ts';
import { findRun, listRuns, type JobRun } from '../runs/job-runs.repository.ts';
import { liveRuns } from '../runs/locks.repository.ts';
import { formatDuration, textTable } from '../runs/table.ts';
import type { Command } from './command.ts';
import { jobOutput } from './job-output.ts';
import { countOf, namedOf } from './options.ts';
import { runTrends, unusualRuns } from './trends.ts';

const list: Command = {
  name: 'list',
  summary: 'list the newest runs',
  options: [
    new Option('--command <name>', 'only runs of this command').argParser(namedOf(jobCommands)),
    new Option('--limit <count>', 'how many at most').default('20'),
  ],
  examples: ['hub runs list', 'hub runs list --command import-billing --limit 5'],
  async run(context, options) {
    const database = await context.database();
    const command = options['command'] as string | undefined;
    const runs = await listRuns(database, { limit: countOf(options, 'limit', '--limit') ?? 20, ...(command === undefined ? {} : { command }) });
    const shown = await withLostRuns(database, runs);
    const unusual = await unusualRuns(database, shown);
    const marked = shown.some((run) => unusual.has(run.run_id));
    const rows = shown.map((run) => [
      run.run_id,
      run.command,
      run.brands,
      run.shard,
      run.status,
      toIso(run.started_at),
      run.duration_ms === null ? null : formatDuration(run.duration_ms),
      rowsRead(run),
      ...(marked ? [unusual.get(run.run_id) ?? ''] : []),
    ]);
    const columns = [
      ...['run', 'command', 'brands', 'shard', 'status', 'started', 'duration'].map((title) => ({ title })),
      { title: 'rows', align: 'right' as const },
      ...(marked ? [{ title: 'unusual' }] : []),
    ];
    const json = shown.map((run) => ({ ...asJson(run), unusual: unusual.get(run.run_id) ?? null }));
    return { text: rows.length === 0 ? 'There are no runs yet.' : textTable(columns, rows), json };
  },
};

const show: Command = {
  name: 'show',
  summary: 'show one run with its report',
  arguments: '<id>',
  examples: ['hub runs show 20260331T050000Z-3f9a1c22'],
  async run(context, _options, [id = '']) {
    const database = await context.database();
    const [run] = await withLostRuns(database, [await findRun(database, id)]);
    if (run === undefined) return { text: '', json: null };
    const json = asJson(run);
    const head = [
      `run       ${run.run_id}`,
      `command   ${run.command} (version ${run.version})`,
      `status    ${run.status}${run.error === null ? '' : ` – ${run.error}`}`,
      `started   ${toIso(run.started_at)} on ${run.host}, process ${run.pid}`,
      `ended     ${run.finished_at === null ? '–' : toIso(run.finished_at)}`,
      `options   ${fieldsText(json.params)}`,
    ];
    if (run.status === 'lost') head.push('', 'Its process is gone: it was killed or its machine stopped. What it had committed stays; run the command again.');
    if (!run.command.startsWith('import-') && json.totals !== null) head.push(`totals    ${fieldsText(json.totals)}`);
    const report = run.command.startsWith('import-') && run.finished_at !== null && Array.isArray(json.items) && json.items.length > 0
      ? jobOutput({
          command: run.command,
          run_id: run.run_id,
          status: run.status === 'refused' ? 'refused' : 'succeeded',
          dry_run: false,
          started_at: toIso(run.started_at),
          finished_at: toIso(run.finished_at),
          duration_ms: run.duration_ms ?? 0,
          params: json.params as Record<string, unknown>,
          totals: json.totals as Record<string, unknown>,
          items: json.items as Record<string, unknown>[],
          warnings: json.warnings as string[],
        }).text
      : '';
    return { text: [...head, ...(report === '' ? [] : ['', report])].join('\n'), json };
  },
};

/** Looks at the run records. */
export const runs: Command = {
  name: 'runs',
  summary: 'look at past and running runs',
  commands: [list, show, runTrends],
};

/** A run that is recorded as running, but whose locks nobody holds, was killed. */
async function withLostRuns(database: Database, runs: readonly JobRun[]): Promise<JobRun[]> {
  const live = await liveRuns(database);
  return runs.map((run) => (run.status === 'running' && !live.has(run.run_id) ? { ...run, status: 'lost' as const } : run));
}

function asJson(run: JobRun): Omit<JobRun, 'params' | 'totals' | 'items' | 'warnings'> & Record<'params' | 'totals' | 'items' | 'warnings', unknown> {
  return { ...run, params: parse(run.params), totals: parse(run.totals), items: parse(run.items), warnings: parse(run.warnings) };
}

/** `brands=alpina,belmont  from=–` */
function fieldsText(fields: unknown): string {
  return Object.entries(fields as Record<string, string | number | null | string[]>)
    .map(([name, value]) => `${name}=${value === null ? '–' : String(value)}`)
    .join('  ');
}

function rowsRead(run: JobRun): number | null {
  const totals = parse(run.totals) as { read?: number } | null;
  return totals?.read ?? null;
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
