import type { JobReport } from '../runs/job.ts';
import { formatCount, formatDuration, textTable, type TableColumn } from '../runs/table.ts';

type Counts = Readonly<Record<string, number>>;

const NUMBERS = ['read', 'inserted', 'updated', 'unchanged', 'deleted'];
const KINDS = ['assembled', 'changed', 'withdrawn'];

/** The report of a run of the orders stage as people read it: who was taken up, what was written, what goes out. */
export function ordersText(report: JobReport): string[] {
  return [heading(report), tables(report), documents(report), fields(report)].filter((block) => block !== '');
}

function heading({ command, duration_ms: duration, run_id: run, dry_run: dry, totals }: JobReport): string {
  const left = Number(totals['test_accounts_left_out']);
  const whole = totals['taken_up_whole'] as string | null;
  return [
    `${command}: done, in ${formatDuration(duration)}, run ${run}${dry ? ' (dry run: nothing was written)' : ''}`,
    `${formatCount(Number(totals['persons']))} persons taken up` +
      (whole === null ? '' : `, all there are (${whole.replaceAll('_', ' ')})`) +
      (left > 0 ? `; ${formatCount(left)} test accounts left out` : ''),
  ].join('\n');
}

function tables(report: JobReport): string {
  const rows = report.items.filter((item) => NUMBERS.some((name) => Number(item[name]) > 0));
  if (rows.length === 0) return 'Nothing to do: nobody is concerned by a change.';
  const columns: TableColumn[] = [{ title: 'brand' }, { title: 'table' }, ...NUMBERS.map((title) => ({ title, align: 'right' as const }))];
  const cells = rows.map((item) => [String(item['brand']), String(item['table']), ...NUMBERS.map((name) => Number(item[name]))]);
  return textTable(columns, [...cells, ['total', '', ...NUMBERS.map((name) => Number(report.totals[name]))]]);
}

function documents(report: JobReport): string {
  const counts = report.totals['documents'] as Readonly<Record<string, Counts>>;
  const brands = [...new Set(Object.values(counts).flatMap((ofKind) => Object.keys(ofKind)))].sort();
  if (brands.length === 0) return '';
  const columns = [{ title: 'order documents' }, ...brands.map((title) => ({ title, align: 'right' as const }))];
  const rows = KINDS.filter((kind) => counts[kind] !== undefined).map((kind) => [kind, ...brands.map((brand) => counts[kind]?.[brand] ?? 0)]);
  return `${textTable(columns, rows)}\n${formatCount(Number(report.totals['relays']))} relays enqueued`;
}

function fields(report: JobReport): string {
  const changed = Object.entries(report.totals['changed_fields'] as Counts);
  if (changed.length === 0) return '';
  const columns = [{ title: report.dry_run ? 'field that would change' : 'field changed' }, { title: 'records', align: 'right' as const }];
  return textTable(columns, changed);
}
