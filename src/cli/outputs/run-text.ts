import type { Problem } from '../../core/problem.ts';
import { shownText, toIso } from '../../core/time.ts';
import type { JobRun } from '../../engine/runs/job-runs.repository.ts';
import { jobOutput } from './job-output.ts';
import { problemLines, warningLines } from '../text/problems-text.ts';

const JSON_COLUMNS = ['params', 'totals', 'items', 'warnings'] as const;
type JsonColumn = (typeof JSON_COLUMNS)[number];

/** A run with its columns of JSON as data. A run of before problems were kept has none. */
export type RunData = Omit<JobRun, JsonColumn | 'problems'> & Readonly<Record<JsonColumn, unknown>> & { readonly problems: readonly Problem[] };

export function runData(run: JobRun): RunData {
  const columns = Object.fromEntries(JSON_COLUMNS.map((name) => [name, parse(run[name])])) as Record<JsonColumn, unknown>;
  return { ...run, ...columns, problems: (parse(run.problems) ?? []) as readonly Problem[] };
}

/** How many rows a run read, if it counts them. */
export function rowsRead({ totals }: RunData): number | null {
  return (totals as { read?: number } | null)?.read ?? null;
}

/** One run as people read it: what it was, what it did, what there is to know of it and what helps. */
export function runText(run: RunData): string {
  const head = [
    `run       ${run.run_id}`,
    `command   ${run.command} (version ${run.version})`,
    `status    ${run.status}${run.error === null ? '' : ` – ${run.error}`}`,
    `started   ${toIso(run.started_at)} on ${run.host}, process ${run.pid}`,
    `ended     ${run.finished_at === null ? '–' : toIso(run.finished_at)}`,
    `options   ${fieldsText(run.params)}`,
  ];
  if (run.status === 'lost') head.push('', 'Its process is gone: it was killed or its machine stopped. What it had committed stays; run the command again.');
  const totals = run.command.startsWith('import-') || run.totals === null ? '' : fieldsText(run.totals);
  if (totals !== '') head.push(`totals    ${totals}`);
  return [head, importReport(run), toldOf(run)].filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n');
}

/** The table of an import, without its warnings: they are among the problems. */
function importReport({ command, run_id, status, started_at, finished_at, duration_ms, params, totals, items, problems }: RunData): string[] {
  if (!command.startsWith('import-') || finished_at === null || !Array.isArray(items) || items.length === 0) return [];
  const { text } = jobOutput({
    ...{ command, run_id, status: status === 'refused' ? 'refused' : 'succeeded', dry_run: false, problems, warnings: [] },
    ...{ started_at: toIso(started_at), finished_at: toIso(finished_at), duration_ms: duration_ms ?? 0 },
    params: params as Record<string, unknown>,
    totals: totals as Record<string, unknown>,
    items: items as Record<string, unknown>[],
  });
  return [text];
}

function toldOf({ problems, warnings }: RunData): string[] {
  return problems.length > 0 ? problemLines(problems) : warningLines((warnings ?? []) as readonly string[]);
}

type Plain = string | number | boolean | null | readonly Plain[];

/** `brands=alpina,belmont  from=–`; what is no plain value, such as a table, is in --output json. */
function fieldsText(fields: unknown): string {
  return Object.entries(fields as Record<string, unknown>)
    .flatMap(([name, value]) => (isPlain(value) ? [`${name}=${value === null ? '–' : shownText(String(value))}`] : []))
    .join('  ');
}

function isPlain(value: unknown): value is Plain {
  return Array.isArray(value) ? value.every(isPlain) : typeof value !== 'object' || value === null;
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
