import { jobCommands } from '../../engine/declare/job-commands.ts';
import { findRun, listRuns, runStatuses } from '../../engine/runs/job-runs.repository.ts';
import { knownRuns } from '../../engine/runs/known-runs.ts';
import { formatDuration } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { count, listOf, named, option } from '../../cli/flag.ts';
import { sinceOf } from '../../cli/since.ts';
import { runTrends, unusualRuns } from './trends.ts';

const flags = {
  command: named('--command <name>', 'only runs of this command', jobCommands),
  status: listOf('--status <status...>', `only runs that ended like this, or are under way: ${runStatuses.join(', ')}`, runStatuses),
  since: option('--since <when>', 'only runs that began since then: a date, an instant, or how long ago (24h, 7d)'),
  limit: option('--limit <count>', 'how many at most', count).or('20'),
};

const list: Command = {
  name: 'list',
  summary: 'list the newest runs',
  options: Object.values(flags),
  examples: ['hub runs list', 'hub runs list --command import-billing --limit 5', 'hub runs list --status failed refused --since 24h'],
  async run(context, options) {
    const [command, since, statuses, limit] = [flags.command.of(options), flags.since.of(options), flags.status.of(options), flags.limit.of(options)];
    const database = await context.database();
    const begun = since === undefined ? undefined : sinceOf(since, context.clock.now());
    const shown = await knownRuns(database, statuses, (live) => listRuns(database, { command, since: begun, statuses, live, limit }));
    const unusual = await unusualRuns(database, shown);
    const marked = shown.some((run) => unusual.has(run.run_id));
    const { rowsRead, runData } = await import('../../cli/outputs/run-text.ts');
    const data = shown.map(runData);
    const parts = data.some(({ brands, shard }) => shard !== '1/1' || (brands !== '' && brands !== context.config.brands.map(({ id }) => id).join(',')));
    const rows = data.map((run) => [
      run.run_id,
      run.command,
      run.status,
      run.duration_ms === null ? null : formatDuration(run.duration_ms),
      rowsRead(run),
      ...(marked ? [unusual.get(run.run_id) ?? ''] : []),
      ...(parts ? [run.brands, run.shard] : []),
    ]);
    const columns = [
      ...['run', 'command', 'status'].map((title) => ({ title })),
      ...['duration', 'rows'].map((title) => ({ title, align: 'right' as const })),
      ...(marked ? [{ title: 'unusual', long: 'wrap' as const }] : []),
      ...(parts ? [{ title: 'brands', long: 'wrap' as const }, { title: 'shard' }] : []),
    ];
    const json = data.map((run) => ({ ...run, unusual: unusual.get(run.run_id) ?? null }));
    return { text: rows.length === 0 ? nothingFound(options) : textTable(columns, rows), json };
  },
};

const show: Command = {
  name: 'show',
  summary: 'show one run with its report',
  description: 'Shows how the run ended, what it did, and its problems: every refusal, warning and failure with its code and what helps.',
  arguments: '<id>',
  examples: ['hub runs show 20260331T050000Z-3f9a1c22', 'hub runs show 20260331T050000Z-3f9a1c22 --output json'],
  async run(context, _options, [id = '']) {
    const database = await context.database();
    const [run] = await knownRuns(database, undefined, async () => [await findRun(database, id)]);
    if (run === undefined) return { text: '', json: null };
    const { runData, runText } = await import('../../cli/outputs/run-text.ts');
    const data = runData(run);
    return { text: runText(data), json: data };
  },
};

/** Looks at the run records. */
export const runs: Command = {
  name: 'runs',
  summary: 'look at past and running runs',
  commands: [list, show, runTrends],
};

function nothingFound(options: OptionValues): string {
  const filtered = [flags.command, flags.status, flags.since].some((flag) => flag.isGiven(options));
  return filtered ? 'There are no such runs.' : 'There are no runs yet.';
}
