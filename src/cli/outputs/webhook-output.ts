import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../table.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

/** The report of a replay or a discard as people read it. @param done what became of the events */
export function webhookRunText(report: JobReport, done: string): string {
  const events = Number(report.totals['events']);
  const head = `${formatCount(events)} ${events === 1 ? 'webhook' : 'webhooks'} ${report.dry_run ? 'would be' : events === 1 ? 'was' : 'were'} ${done}.`;
  const table = textTable(
    [{ title: 'brand' }, { title: 'before' }, { title: 'now' }, { title: 'events', align: 'right' }],
    report.items.map((item) => [String(item['brand']), String(item['from']), String(item['to']), Number(item['events'])]),
  );
  const warnings = warningLines(report.warnings);
  return [runHeading(report, ''), '', head, ...(report.items.length === 0 ? [] : ['', table]), ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n');
}
