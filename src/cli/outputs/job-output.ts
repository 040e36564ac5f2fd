import { unjoinedCodes } from '../../enriched/subscribers/unjoined.ts';
import { countNames } from '../../engine/runs/import-batches.repository.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable, type TableColumn } from '../table.ts';
import type { Output } from '../command.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

/** The report of an import as people read it: a row per brand and entity that had batches, the totals, the warnings. */
export function jobOutput(report: JobReport): Output {
  const numbers = ['batches', ...(report.totals['refused'] ? ['refused'] : []), ...countNames, ...(report.totals['removed'] ? ['removed'] : [])];
  const columns: TableColumn[] = [{ title: 'brand' }, { title: 'entity' }, ...numbers.map((title) => ({ title, align: 'right' as const }))];
  const busy = report.items.filter((item) => Number(item['batches']) + Number(item['refused']) > 0);
  const rows = busy.map((item) => columns.map(({ title }) => cell(item[title])));
  const totals = columns.map(({ title }) => (title === 'brand' ? 'total' : title === 'entity' ? '' : cell(report.totals[title])));
  const body = busy.length > 0 ? [textTable(columns, [...rows, totals]), ...idle(report.items.length - busy.length)] : [nothingToDo(report)];
  return { text: [heading(report), '', ...body, ...closing(report)].join('\n'), json: report, refused: report.status === 'refused' };
}

/** A number of things in words: `1 row`, `1,204 rows`, `2 batches`. */
export function formatNumber(count: number, noun: 'row' | 'batch' | 'feed'): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : noun === 'batch' ? 'es' : 's'}`;
}

function heading(report: JobReport): string {
  return runHeading(report, report.status === 'refused' ? ', but part was refused' : '');
}

/** Feeds without batches would hide the others; they are counted only. */
function idle(feeds: number): string[] {
  return feeds > 0 ? [`${formatNumber(feeds, 'feed')} had nothing new.`] : [];
}

function nothingToDo(report: JobReport): string {
  const asked = report.params['from'] === null && report.params['to'] === null;
  const feeds = formatNumber(report.items.length, 'feed');
  return asked ? `Nothing to do: ${feeds} had no batch that is not imported yet.` : `Nothing to do: ${feeds} had no batch in this range.`;
}

function closing(report: JobReport): string[] {
  const lines: string[] = [];
  const { refused, rejected, repaired, subscribers_created: created, subscribers_updated: updated } = report.totals as Partial<Record<string, number>>;
  if (created !== undefined && updated !== undefined) lines.push(`Subscribers: ${formatCount(created)} new, ${formatCount(updated)} changed.`);
  const unjoined: readonly string[] = unjoinedCodes;
  for (const { code, message, next = '' } of report.problems) if (unjoined.includes(code)) lines.push(`${message} (${next}).`);
  if (repaired) lines.push(`${formatNumber(repaired, 'row')} came shifted and ${repaired === 1 ? 'was' : 'were'} repaired.`);
  if (rejected) lines.push(rejectedText(rejected, report.dry_run));
  if (refused) {
    lines.push(`${formatNumber(refused, 'batch')} ${refused === 1 ? 'was' : 'were'} refused: nothing of ${refused === 1 ? 'it' : 'them'} was stored, and the next run tries again.`);
  }
  const warnings = warningLines(report.warnings);
  if (warnings.length > 0) lines.push('', ...warnings);
  return lines.length > 0 ? ['', ...lines] : [];
}

function rejectedText(rejected: number, dryRun: boolean): string {
  const rows = formatNumber(rejected, 'row');
  if (dryRun) return `${rows} would go to quarantine.`;
  return `${rows} went to quarantine. See ${rejected === 1 ? 'it' : 'them'} with: hub quarantine list`;
}

function cell(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
