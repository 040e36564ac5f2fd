import type { JobReport } from '../../engine/runs/job.ts';
import { formatDuration } from '../../core/text/counts.ts';
import type { Output } from '../command.ts';
import { textTable, type TableColumn } from '../table.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

type Item = Readonly<Record<string, unknown>>;

/** The report of extract as people read it: a row for each stream that was asked for, then what went wrong. */
export function extractOutput(report: JobReport): Output {
  const isRefused = report.status === 'refused';
  const isTransient = isRefused && report.totals['failed'] === 0;
  const heading = runHeading(report, isRefused ? (isTransient ? ', but part must wait' : ', but part failed') : '', 'written');
  const table = report.dry_run ? rehearsalTable(report.items) : extractTable(report.items);
  const warnings = warningLines(report.warnings);
  const text = [heading, '', report.items.length === 0 ? 'Nothing to do: no account of these platforms is declared (docs/sources.md).' : table, ...(warnings.length > 0 ? ['', ...warnings] : [])];
  return { text: text.join('\n'), json: report, refused: isRefused && !isTransient, transient: isTransient };
}

function extractTable(items: readonly Item[]): string {
  const numbers = ['batches', 'requests', 'records', 'skipped'];
  const columns: TableColumn[] = [...['platform', 'account', 'stream'].map((title) => ({ title })), ...numbers.map((title) => ({ title, align: 'right' as const })), { title: 'waited', align: 'right' }, { title: 'status' }];
  return textTable(
    columns,
    items.map((item) => [...['platform', 'account', 'stream'].map((name) => text(item[name])), ...numbers.map((name) => Number(item[name] ?? 0)), formatDuration(Number(item['waited_ms'] ?? 0)), statusOf(item)]),
  );
}

/** What a run would ask, and how the first page differs from what hub knows. */
function rehearsalTable(items: readonly Item[]): string {
  const columns: TableColumn[] = [
    ...['platform', 'account', 'stream', 'version'].map((title) => ({ title })),
    ...['records', 'cost', 'slices'].map((title) => ({ title, align: 'right' as const })),
    { title: 'would ask' },
    { title: 'new fields', long: 'wrap' },
    { title: 'missing fields', long: 'wrap' },
    { title: 'status' },
  ];
  return textTable(
    columns,
    items.map((item) => [
      ...['platform', 'account', 'stream', 'version'].map((name) => text(item[name])),
      ...[Number(item['records'] ?? 0), typeof item['cost'] === 'number' ? item['cost'] : null, Number(item['slices'] ?? 0)],
      item['job'] === true ? 'a job' : rangeText(item),
      ...[listText(item['unknown_fields']), listText(item['missing_fields']), statusOf(item)],
    ]),
  );
}

function rangeText({ next_from: from, next_to: to, slices }: Item): string {
  if (slices === 0) return 'nothing';
  return typeof from === 'string' ? `${from} to ${text(to) ?? 'now'}` : 'everything';
}

function statusOf(item: Item): string {
  const status = text(item['status']) ?? '';
  return status === 'left_out' ? 'left out' : status;
}

function listText(value: unknown): string | null {
  return Array.isArray(value) && value.length > 0 ? value.join(', ') : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
