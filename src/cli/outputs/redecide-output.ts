import { formatCount } from '../../core/text/counts.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { textTable } from '../table.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

/** The report of `leads redecide`: how many leads of each form went from one outcome to another. */
export function redecideText(report: JobReport): string {
  const columns = [{ title: 'brand' }, { title: 'form' }, { title: 'was' }, { title: report.dry_run ? 'would be' : 'is' }, { title: 'leads', align: 'right' as const }];
  const rows = report.items.map((item) => [...['brand', 'form', 'from', 'to'].map((name) => String(item[name])), formatCount(Number(item['leads']))]);
  const { judged, contacts, relays } = report.totals as Readonly<Record<string, number>>;
  const sums = `${formatCount(judged ?? 0)} leads were judged; contacts that changed: ${formatCount(contacts ?? 0)}, new relays: ${formatCount(relays ?? 0)}.`;
  const warnings = warningLines(report.warnings);
  return [runHeading(report, ''), '', rows.length === 0 ? 'No outcome changes.' : textTable(columns, rows), '', sums, ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n');
}
