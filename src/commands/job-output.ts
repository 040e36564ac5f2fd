import { countNames } from '../runs/import-batches.repository.ts';
import type { JobReport } from '../runs/job.ts';
import { formatCount, formatDuration, textTable, type TableColumn } from '../runs/table.ts';
import type { Output } from './command.ts';

const MOST_WARNINGS = 20;

/** The report of an import as people read it: a row per brand and entity, the totals, the warnings. */
export function jobOutput(report: JobReport): Output {
  const columns: TableColumn[] = [
    { title: 'brand' },
    { title: 'entity' },
    ...['batches', ...countNames].map((title) => ({ title, align: 'right' as const })),
  ];
  const rows = report.items.map((item) => columns.map(({ title }) => cell(item[title])));
  const totals = columns.map(({ title }) => (title === 'brand' ? 'total' : title === 'entity' ? '' : cell(report.totals[title])));
  return { text: [heading(report), '', textTable(columns, [...rows, totals]), ...closing(report)].join('\n'), json: report, refused: report.status === 'refused' };
}

function heading(report: JobReport): string {
  const dry = report.dry_run ? ' (dry run: nothing was written)' : '';
  const refused = report.status === 'refused' ? ', part was refused' : '';
  return `${report.command}: done${refused} in ${formatDuration(report.duration_ms)}, run ${report.run_id}${dry}`;
}

function closing(report: JobReport): string[] {
  const lines: string[] = [];
  const { refused, rejected, repaired } = report.totals as Partial<Record<string, number>>;
  if (repaired) lines.push(`${formatCount(repaired)} shifted rows were repaired.`);
  if (rejected) lines.push(`${formatCount(rejected)} rows lie in quarantine. See them with: hub quarantine list`);
  if (refused) lines.push(`${formatCount(refused)} batches were refused; nothing of them was stored. The next run tries them again.`);
  const shown = report.warnings.slice(0, MOST_WARNINGS);
  if (shown.length > 0) lines.push('', 'Warnings:', ...shown.map((warning) => `  ${warning}`));
  if (report.warnings.length > shown.length) lines.push(`  … and ${report.warnings.length - shown.length} more (all of them with --output json)`);
  return lines.length > 0 ? ['', ...lines] : [];
}

function cell(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
