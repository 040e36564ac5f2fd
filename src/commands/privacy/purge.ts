import type { Config } from '../../config.ts';
import { retentionNames } from '../../engine/retention-policy.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { listOf, toggle } from '../../cli/flag.ts';
import { dataFlags } from '../../cli/options.ts';
import { dryRunMark, runHeading } from '../../cli/text/run-heading.ts';

const flags = {
  only: listOf('--only <name...>', `only these of the configuration: ${retentionNames.join(', ')}`, retentionNames),
  dryRun: toggle('--dry-run', 'count what would be removed, and remove nothing'),
  progress: dataFlags.progress,
};

/** Removes what the configuration no longer wants kept. */
export const purge: Command = {
  name: 'purge',
  summary: 'remove what is older than the configuration wants it kept',
  description:
    'Applies `retention` of the configuration, table by table in small steps; repeating it is harmless, and a purge that ' +
    'was stopped goes on with the next one. What events say about subscribers, newest versions of documents, open rows of ' +
    'the quarantine, relays themselves, leads with their outcomes, the history of imports and all facts of billing stay. Runs weekly; --dry-run counts.',
  options: Object.values(flags),
  examples: ['hub purge --dry-run', 'hub purge', 'hub purge --only email_events,audit_log'],
  decidesByDate: true,
  async run(context, options) {
    const dryRun = flags.dryRun.of(options);
    const names = flags.only.of(options) ?? retentionNames;
    const database = await context.database({ dryRun });
    const { runPurge } = await import('../../privacy/retention/run-purge.ts');
    const brands = context.config.brands.map(({ id }) => id);
    const report = await runPurge({ ...context, database }, { brands, retention: context.config.retention, names: [...new Set(names)], intakeFolder: intakeFolderOf(context.config), dryRun });
    return { text: textOf(report), json: report };
  },
};

/** Where servers publish to, if that is a folder. */
function intakeFolderOf(config: Config): string | undefined {
  const { intakeUrl } = config.server();
  return intakeUrl.startsWith('file:') ? intakeUrl.slice('file:'.length) : undefined;
}

function textOf(report: JobReport): string {
  const { totals, items, warnings, dry_run: dry } = report;
  const removed = formatCount(Number(totals['removed']));
  const head = dry ? `purge: ${removed} records would be removed${dryRunMark(report)}` : runHeading(report, `, ${removed} records removed`);
  const columns = [{ title: 'retention' }, { title: 'keep days', align: 'right' as const }, { title: 'table' }, { title: dry ? 'would be removed' : 'removed', align: 'right' as const }];
  const rows = items.map(({ retention, keep_days: keep, table, removed: count }) => [String(retention), String(keep), typeof table === 'string' ? table : '–', Number(count)]);
  return [head, '', textTable(columns, rows), ...(warnings.length > 0 ? ['', ...warnings] : [])].join('\n');
}
