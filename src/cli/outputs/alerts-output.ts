import type { JobReport } from '../../engine/runs/job.ts';
import type { Output } from '../command.ts';
import { textTable } from '../table.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

interface ShownVerdict {
  readonly subject: string;
  readonly verdict: string;
  readonly value: string | null;
  readonly threshold: string | null;
  readonly reason: string | null;
}

const COUNTS = ['subjects', 'firing', 'not_evaluated', 'told', 'resolved', 'relays'] as const;
const MOST_SHOWN = 20;

/** The report of check-alerts: a row a rule; of a dry run also what was found of each subject. */
export function alertsOutput(report: JobReport): Output {
  const rows = report.items.map((item) => [String(item['rule']), String(item['severity']), ...COUNTS.map((name) => Number(item[name]))]);
  const table = textTable([{ title: 'rule' }, { title: 'severity' }, ...COUNTS.map((name) => ({ title: name.replace('_', ' '), align: 'right' as const }))], rows);
  const heading = runHeading(report, report.status === 'refused' ? ', but part was not evaluated' : '');
  const details = report.dry_run ? ['', ...verdictLines(report)] : [];
  const warnings = warningLines(report.warnings);
  return { text: [heading, '', table, ...details, ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n'), json: report, refused: report.status === 'refused' };
}

/** What needs a look first. */
const ORDER = ['firing', 'not_evaluated', 'below_base', 'ok'];

function verdictLines(report: JobReport): string[] {
  const rows = report.items.flatMap((item) => {
    const verdicts = (item['verdicts'] as readonly ShownVerdict[]).toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
    const shown = verdicts.slice(0, MOST_SHOWN).map((each) => [String(item['rule']), each.verdict.replace('_', ' '), each.subject, foundOf(each)]);
    const more = verdicts.length - shown.length;
    return [...(shown.length === 0 ? [[String(item['rule']), 'ok', null, 'nothing to judge']] : shown), ...(more === 0 ? [] : [[String(item['rule']), null, `… and ${more} more`, null]])];
  });
  return [textTable([{ title: 'rule' }, { title: 'verdict' }, { title: 'subject', long: 'wrap' }, { title: 'value, and the limit', long: 'wrap' }], rows)];
}

function foundOf({ value, threshold, reason }: ShownVerdict): string | null {
  if (reason !== null) return reason;
  return value === null ? null : `${value}, ${threshold ?? 'no limit'}`;
}
