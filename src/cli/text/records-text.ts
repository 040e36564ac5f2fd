import type { JobReport } from '../../engine/runs/job.ts';
import { countNames } from '../../engine/records/record-counts.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable, type TableColumn } from '../table.ts';
import { runHeading } from './run-heading.ts';

/** What became of the derived records, by brand and table. */
export function recordsText(report: JobReport): string {
  const rows = report.items.filter((item) => countNames.some((name) => Number(item[name]) > 0));
  if (rows.length === 0) return 'Nothing to do: nobody is concerned by a change.';
  const columns: TableColumn[] = [{ title: 'brand' }, { title: 'table' }, ...countNames.map((title) => ({ title, align: 'right' as const }))];
  const cells = rows.map((item) => [String(item['brand']), String(item['table']), ...countNames.map((name) => Number(item[name]))]);
  return textTable(columns, [...cells, ['total', '', ...countNames.map((name) => Number(report.totals[name]))]]);
}

/** Which fields of records changed, and how often; nothing if none did. */
export function changedFieldsText(report: JobReport): string {
  const changed = Object.entries(report.totals['changed_fields'] as Readonly<Record<string, number>>);
  if (changed.length === 0) return '';
  const columns = [{ title: report.dry_run ? 'field that would change' : 'field changed' }, { title: 'records', align: 'right' as const }];
  return textTable(columns, changed);
}

/** How many records a recomputation mended; nothing of an ordinary run. */
export function mendedText({ totals, dry_run: dry }: JobReport): string {
  const mended = totals['mended'] as number | undefined;
  if (mended === undefined) return '';
  if (mended === 0) return 'Every record that was compared is stored as it derives.';
  const records = `${formatCount(mended)} ${mended === 1 ? 'record' : 'records'}`;
  return dry ? `${records} would be mended: stored otherwise than they derive.` : `${records} mended: stored otherwise than they derive.`;
}

/** The heading of a run that takes up persons: how many, why all of them, on which date if it has one. */
function takenUpText(report: JobReport): string {
  const { totals, params } = report;
  const left = Number(totals['test_accounts_left_out']);
  const whole = totals['taken_up_whole'] as string | null;
  return [
    runHeading(report),
    `${formatCount(Number(totals['persons']))} persons taken up` +
      (whole === null ? '' : `, all there are (${whole.replaceAll('_', ' ')})`) +
      ('as_of' in params ? `, as of ${String(params['as_of'])}` : '') +
      (left > 0 ? `; ${formatCount(left)} test accounts left out` : ''),
  ].join('\n');
}

/** The report of a run over persons: who was taken up, what was written, what is the stage's own, what changed. */
export function personsText(report: JobReport, own = ''): string[] {
  return [takenUpText(report), recordsText(report), own, changedFieldsText(report), mendedText(report)].filter((block) => block !== '');
}
