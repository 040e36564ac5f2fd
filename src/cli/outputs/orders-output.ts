import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../table.ts';
import { personsText } from '../text/records-text.ts';

type Counts = Readonly<Record<string, number>>;

const KINDS = ['assembled', 'changed', 'withdrawn', 'mended'];

/** The report of a run of the orders stage as people read it: who was taken up, what was written, what goes out. */
export function ordersText(report: JobReport): string[] {
  return personsText(report, documents(report));
}

function documents(report: JobReport): string {
  const counts = report.totals['documents'] as Readonly<Record<string, Counts>>;
  const brands = [...new Set(Object.values(counts).flatMap((ofKind) => Object.keys(ofKind)))].sort();
  if (brands.length === 0) return '';
  const columns = [{ title: 'order documents' }, ...brands.map((title) => ({ title, align: 'right' as const }))];
  const rows = KINDS.filter((kind) => counts[kind] !== undefined).map((kind) => [kind, ...brands.map((brand) => counts[kind]?.[brand] ?? 0)]);
  return `${textTable(columns, rows)}\n${formatCount(Number(report.totals['relays']))} relays enqueued`;
}
