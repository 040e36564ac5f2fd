import { formatCount } from '../../core/text/counts.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import type { Output } from '../command.ts';
import { textTable } from '../table.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

/** The report of hub report: its files, with rows and size. */
export function reportOutput(report: JobReport, folder: string): Output {
  const files = Number(report.totals['files']);
  const head = `${runHeading(report)}\n${formatCount(files)} files ${report.dry_run ? 'would be' : 'are'} in ${folder}.`;
  const columns = [{ title: 'file' }, { title: 'rows', align: 'right' as const }, { title: 'bytes', align: 'right' as const }];
  const rows = report.items.map(({ file, rows: count, bytes }) => [String(file), typeof count === 'number' ? count : null, Number(bytes)]);
  const warnings = warningLines(report.warnings);
  return { text: [head, '', textTable(columns, rows), ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n'), json: report, refused: report.status === 'refused' };
}
