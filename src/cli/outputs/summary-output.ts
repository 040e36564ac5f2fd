import type { JobReport } from '../../engine/runs/job.ts';
import { mailBodyOf } from '../../relays/notices/mail-body.ts';
import type { Notice } from '../../relays/notices/notice.ts';
import type { Output } from '../command.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

/** The report of send-summary: the summaries as text, as they go out. */
export function summaryOutput({ notices, ...report }: JobReport & { readonly notices: readonly Notice[] }): Output {
  const warnings = warningLines(report.warnings);
  const relays = Number(report.totals['relays']);
  const told = report.dry_run ? 'Nothing was put into the outbox.' : `${relays} ${relays === 1 ? 'relay' : 'relays'} put into the outbox; hub resend-relays sends what is there.`;
  const texts = notices.map((notice) => mailBodyOf(notice).text.trimEnd());
  return { text: [runHeading(report), told, ...texts.flatMap((text) => ['', text]), ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n'), json: { ...report, notices }, refused: report.status === 'refused' };
}
