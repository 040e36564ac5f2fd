import { availableParallelism, cpus, totalmem } from 'node:os';

import { formatCount } from '../src/core/text/counts.ts';
import { textTable } from '../src/cli/table.ts';
import type { Outcome } from './bench.ts';
import type { BenchLake } from './lake.client.ts';
import { judge, spreadOf, type Limit } from './samples.ts';

/** Everything that the bench found, and on what; the JSON form of the report. */
export interface Report {
  readonly machine: { readonly node: string; readonly cores: number; readonly cpu: string; readonly memory_mb: number };
  readonly server: { readonly version: string; readonly settings: Readonly<Record<string, string>> };
  /** Undefined if no measurement reads one. */
  readonly lake: BenchLake | undefined;
  readonly runs: number;
  readonly measurements: readonly ReturnType<typeof measured>[];
}

/** This machine, as far as it matters to speed. */
export function machine(): Report['machine'] {
  return {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memory_mb: Math.floor(totalmem() / 1e6),
  };
}

/** The outcome of a measurement with its spreads and verdicts. */
export function measured(name: string, summary: string, { facts, figures, bars, ratios }: Outcome) {
  return {
    name,
    summary,
    facts,
    figures: figures.map((figure) => ({ ...figure, ...spreadOf(figure.samples) })),
    bars: bars.map((bar) => ({ ...bar, ...judge(bar.value, bar.limit) })),
    ratios,
  };
}

/** The report as people read it. */
export function reportText(report: Report): string {
  const { machine: on, server, lake } = report;
  const settings = Object.entries(server.settings).map(([name, value]) => `${name}=${value}`);
  return [
    `Node ${on.node}, ${on.cores} cores (${on.cpu}), ${formatCount(on.memory_mb)} MB of memory`,
    `Server ${server.version}: ${settings.join(' ')}`,
    `${lake === undefined ? '' : `Lake of ${formatCount(lake.accounts)} accounts, ${lake.days} days, seed ${lake.seed}: ${formatCount(lake.rows)} rows; `}${report.runs} rounds`,
    ...report.measurements.flatMap(measurementText),
  ].join('\n');
}

function measurementText({ name, summary, facts, figures, bars, ratios }: Report['measurements'][number]): string[] {
  const numbers = (title: string) => ({ title, align: 'right' as const });
  const times = textTable(
    [{ title: 'figure' }, numbers('min'), numbers('median'), numbers('max'), { title: 'unit' }],
    figures.map((figure) => [figure.name, shown(figure.min), shown(figure.median), shown(figure.max), figure.unit]),
  );
  const verdicts = textTable(
    [{ title: 'compared' }, numbers('value'), { title: 'by round' }, { title: 'demanded' }, { title: 'met' }],
    [
      ...bars.map((bar) => [...valueCells(bar), demand(bar.limit, bar.unit), `${bar.met ? 'yes' : 'NO'}, ${marginText(bar.margin)}`]),
      ...ratios.map((ratio) => [...valueCells(ratio), null, null]),
    ],
  );
  const of = Object.entries(facts).map(([fact, value]) => `${fact} ${typeof value === 'number' ? formatCount(value) : value}`);
  return ['', `${name}: ${summary} (${of.join(', ')})`, '', times, '', verdicts];
}

function valueCells({ name, value, rounds, unit }: { name: string; value: number; rounds: readonly number[]; unit: string }): string[] {
  return [name, `${shown(value)} ${unit}`, rounds.map(shown).join('  ')];
}

function demand(limit: Limit, unit: string): string {
  return 'atLeast' in limit ? `at least ${limit.atLeast} ${unit}` : `at most ${limit.atMost} ${unit}`;
}

function marginText(margin: number): string {
  return margin >= 1 ? `${((margin - 1) * 100).toFixed(0)} % better` : `${((1 - margin) * 100).toFixed(0)} % short`;
}

/** Three digits that matter. */
function shown(value: number): string {
  return value >= 1_000 ? formatCount(Math.floor(value)) : value.toPrecision(3);
}
