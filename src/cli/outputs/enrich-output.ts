import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../table.ts';
import type { Output } from '../command.ts';
import { warningLines } from '../text/problems-text.ts';
import { changedFieldsText, mendedText, recordsText } from '../text/records-text.ts';
import { runHeading } from '../text/run-heading.ts';

type Counts = Readonly<Record<string, number>>;

const FACT_TITLES: Readonly<Record<string, string>> = {
  class: 'subscription class',
  lifecycle: 'lifecycle',
  funnel_step: 'funnel step',
  charge_category: 'charge category',
  line_category: 'invoice line category',
  refund_kind: 'refund kind',
  test_data: 'test accounts, and by rule',
};

/** The report of an enrichment as people read it: what was written, what was decided, what no rule knows. */
export function enrichOutput(report: JobReport): Output {
  const blocks = [heading(report), recordsText(report), ...decisions(report), active(report), unclassified(report), changedFieldsText(report), mendedText(report), warningLines(report.warnings).join('\n')];
  return { text: blocks.filter((block) => block !== '').join('\n\n'), json: report, refused: report.status === 'refused' };
}

function heading(report: JobReport): string {
  const { totals, params } = report;
  const whole = Object.entries(totals['taken_up_whole'] as Record<string, string>).map(([brand, reason]) => `${brand} (${reason.replace('_', ' ')})`);
  return [
    runHeading(report),
    `${formatCount(Number(totals['persons']))} persons with ${formatCount(Number(totals['accounts']))} accounts taken up, as of ${String(params['as_of'])}` +
      (whole.length > 0 ? `; all of ${whole.join(', ')}` : ''),
  ].join('\n');
}

/** A table for each fact: its values by brand, of the persons taken up. */
function decisions(report: JobReport): string[] {
  const decided = report.totals['decided'] as Readonly<Record<string, Readonly<Record<string, Counts>>>>;
  const brands = [...new Set(Object.values(decided).flatMap((values) => Object.values(values).flatMap((counts) => Object.keys(counts))))].sort();
  return Object.entries(FACT_TITLES).flatMap(([fact, title]) => {
    const values = decided[fact];
    if (values === undefined) return [];
    const columns = [{ title }, ...brands.map((brand) => ({ title: brand, align: 'right' as const }))];
    return textTable(columns, Object.entries(values).map(([value, counts]) => [value, ...brands.map((brand) => counts[brand] ?? 0)]));
  });
}

function active(report: JobReport): string {
  const counts = Object.entries(report.totals['active_subscriptions'] as Counts);
  if (counts.length === 0) return '';
  const sum = counts.reduce((total, [, count]) => total + count, 0);
  const stored = report.dry_run ? 'Active subscriptions as stored' : 'Active subscriptions';
  return `${stored}, test data left out: ${formatCount(sum)} (${counts.map(([brand, count]) => `${brand} ${formatCount(count)}`).join(', ')})`;
}

function unclassified(report: JobReport): string {
  const texts = report.totals['unclassified'] as readonly { brand: string; fact: string; text: string; count: number }[];
  if (texts.length === 0) return '';
  const columns = [{ title: 'no rule knows', long: 'cut' as const }, { title: 'brand' }, { title: 'fact' }, { title: 'records', align: 'right' as const }];
  return textTable(columns, texts.map(({ text, brand, fact, count }) => [text, brand, fact, count]));
}
