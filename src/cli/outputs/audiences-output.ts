import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable, type TableColumn } from '../table.ts';
import type { Output } from '../command.ts';
import { runHeading } from '../text/run-heading.ts';

type Item = JobReport['items'][number];

const NUMBERS = ['members', 'before', 'added', 'removed', 'updated'];

/** The report of the audiences as people read it: sizes and changes, then why persons were left out. */
export function audiencesOutput(report: JobReport, shownPath: (path: string) => string): Output {
  const blocks = [heading(report, shownPath), sizes(report.items), leftOut(report.items), report.warnings.join('\n')];
  return { text: blocks.filter((block) => block !== '').join('\n\n'), json: report, refused: report.status === 'refused' };
}

function heading(report: JobReport, shownPath: (path: string) => string): string {
  const { params, totals } = report;
  const output = String(totals['output']);
  const place = output.includes('://') ? output : shownPath(output);
  return [
    runHeading(report),
    `${formatCount(Number(totals['audiences']))} audiences in ${formatCount(Number(totals['lists']))} lists as of ${String(params['as_of'])}, ` +
      `${report.dry_run ? 'for' : 'in'} ${place}/${String(params['as_of'])}`.replace(/([^:])\/\//, '$1/'),
  ].join('\n');
}

function sizes(items: readonly Item[]): string {
  if (items.length === 0) return 'Nothing to do: no audience falls to this shard.';
  const columns: TableColumn[] = [{ title: 'audience' }, { title: 'platform' }, ...NUMBERS.map((title) => ({ title, align: 'right' as const })), { title: '' }];
  return textTable(columns, items.map((item) => [String(item['audience']), String(item['platform']), ...NUMBERS.map((name) => numberOrNull(item[name])), item['status'] === 'refused' ? 'REFUSED' : '']));
}

/** One line for the platforms of an audience that leave out the same. */
function leftOut(items: readonly Item[]): string {
  const reasons = [...new Set(items.flatMap((item) => Object.keys(item['left_out'] as object)))].sort();
  if (reasons.length === 0) return '';
  const lines = new Map<string, { readonly item: Item; readonly platforms: string[] }>();
  for (const item of items.filter((one) => Object.keys(one['left_out'] as object).length > 0)) {
    const key = JSON.stringify([item['audience'], item['left_out']]);
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { item, platforms: [String(item['platform'])] });
    else line.platforms.push(String(item['platform']));
  }
  const columns: TableColumn[] = [{ title: 'left out of' }, { title: 'on', long: 'wrap' }, ...reasons.map((title) => ({ title: title.replace('_', ' '), align: 'right' as const }))];
  const rows = [...lines.values()].map(({ item, platforms }) => {
    const counts = item['left_out'] as Readonly<Record<string, number>>;
    return [String(item['audience']), platforms.join(', '), ...reasons.map((reason) => counts[reason] ?? 0)];
  });
  return textTable(columns, rows);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
