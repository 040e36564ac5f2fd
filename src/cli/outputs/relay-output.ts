import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount, formatDuration } from '../../core/text/counts.ts';
import { textTable, type TableColumn } from '../table.ts';
import type { Output } from '../command.ts';
import { formatNumber } from './job-output.ts';
import { warningLines } from '../text/problems-text.ts';
import { runHeading } from '../text/run-heading.ts';

const COUNTS = ['sent', 'delivered', 'retrying', 'dead'];
/** Counted too, shown if there are any. */
const RARE = ['redirected', 'cancelled'];

/** The report of resend-relays as people read it: a row per destination. */
export function resendOutput(report: JobReport): Output {
  const dry = report.dry_run;
  const numbers = [...(dry ? ['would send'] : COUNTS), ...RARE.filter((name) => Number(report.totals[name]) > 0), 'waiting'];
  const times = dry ? [] : ['p50', 'p95'];
  const columns: TableColumn[] = [
    { title: 'destination' },
    ...numbers.map((title) => ({ title, align: 'right' as const })),
    { title: 'oldest waiting' },
    ...times.map((title) => ({ title, align: 'right' as const })),
    { title: 'halted', long: 'wrap' },
  ];
  const rows = report.items.map((item) => [
    String(item['destination']),
    ...numbers.map((name) => Number(item[keyOf(name)])),
    text(item['oldest_waiting_at']),
    ...times.map((name) => latency(item[`${name}_ms`])),
    text(item['halted']),
  ]);
  const heading = runHeading(report, report.status === 'refused' ? ', but part was given up' : '', 'sent or written');
  const lines = [heading, '', rows.length === 0 ? 'There are no destinations.' : textTable(columns, rows)];
  return { text: [...lines, ...closing(report)].join('\n'), json: report, refused: report.status === 'refused' };
}

/** The report of relays enqueue as people read it. */
export function enqueueOutput(report: JobReport): Output {
  const { read, enqueued, known, rejected } = report.totals as Record<string, number>;
  const lines = [
    `${formatNumber(read ?? 0, 'row')} read: ${formatCount(enqueued ?? 0)} ${report.dry_run ? 'would be put' : 'put'} into the outbox, ` +
      `${formatCount(known ?? 0)} known already, ${formatCount(rejected ?? 0)} refused.`,
    ...warnings(report),
    ...(report.dry_run || !enqueued ? [] : ['', 'Send them with: hub resend-relays']),
  ];
  return { text: lines.join('\n'), json: report, refused: report.status === 'refused' };
}

function closing(report: JobReport): string[] {
  const dead = Number(report.totals['dead']);
  const found = dead > 0 && !report.dry_run ? ['', `${formatCount(dead)} given up. See why with: hub relays list --status dead`] : [];
  return [...found, ...warnings(report)];
}

function warnings(report: JobReport): string[] {
  const lines = warningLines(report.warnings);
  return lines.length === 0 ? [] : ['', ...lines];
}

function keyOf(title: string): string {
  return title === 'would send' ? 'sent' : title;
}

function latency(value: unknown): string | null {
  return typeof value === 'number' ? formatDuration(value) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
