import { formatCount, formatDuration } from '../../core/text/counts.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import type { Output } from '../command.ts';
import { textTable } from '../table.ts';
import { warningLines } from './problems-text.ts';

/** The report of hub report: its files, with rows and size. */
export function reportOutput(report: JobReport, folder: string): Output {
  const files = Number(report.totals['files']);
  const head = report.dry_run
    ? `report: ${formatCount(files)} files would be written to ${folder} (dry run: nothing was written)`
    : `report: done, ${formatCount(files)} files in ${folder}, in ${formatDuration(report.duration_ms)}, run ${report.run_id}`;
  const columns = [{ title: 'file' }, { title: 'rows', align: 'right' as const }, { title: 'bytes', align: 'right' as const }];
  const rows = report.items.map(({ file, rows: count, bytes }) => [String(file), typeof count === 'number' ? count : null, Number(bytes)]);
  const warnings = warningLines(report.warnings);
  return { text: [head, '', textTable(columns, rows), ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n'), json: report, refused: report.status === 'refused' };
}
