import { compareText } from '../../core/compare.ts';
import type { RestatedTable, SumsHistory, SumsRow } from './sums-history.repository.ts';

/** A figure of an earlier day that is not what the report before said. Money in minor units. */
export interface Restatement {
  readonly scope: string;
  readonly currency: string | null;
  /** A day, or a cohort and the age of its members. */
  readonly period: string;
  readonly measure: string;
  readonly before: number;
  readonly after: number;
  /** The last run that changed it. */
  readonly run: string;
}

interface Sum extends Omit<Restatement, 'before' | 'after' | 'run'> {
  after: number;
  change: number;
  run: string;
}

/**
 * What changed of earlier days, by scope, currency, day and measure: the newest day first. Rows that are new count as if
 * they had been 0, and so do those that have gone now; what sums up to the same did not change. A new cell of a cohort is no
 * change: it has become complete.
 *
 * @param before only days before this one
 */
export function restatements(declared: RestatedTable, { changes, rows, runs }: SumsHistory, before: string): Restatement[] {
  const { measures, period, isCells = false, only = {} } = declared;
  const sums = new Map<string, Sum>();
  const byId = new Map(rows.map((row) => [String(row['row_id']), row]));
  const add = (row: SumsRow, measure: string, { after, change, run }: { after: number; change: number; run: string }): void => {
    if (String(row[period]) >= before || Object.entries(only).some(([column, value]) => row[column] !== value)) return;
    const name = isCells ? String(row['measure']) : measure;
    const place = isCells ? `${String(row[period])}, month ${String(row['age'])}` : String(row[period]);
    const currency = row['currency'] == null ? null : String(row['currency']);
    const key = JSON.stringify([row['brand'], currency, place, name]);
    const sum = sums.get(key) ?? { scope: String(row['brand']), currency, period: place, measure: name, after: 0, change: 0, run: '' };
    sums.set(key, { ...sum, after: sum.after + after, change: sum.change + change, run: change !== 0 && run > sum.run ? run : sum.run });
  };
  const isNew = (row: SumsRow): boolean => !isCells && runs.has(String(row['created_run']));
  for (const row of rows) {
    for (const measure of measures) if (row[measure] != null) add(row, measure, { after: Number(row[measure]), change: isNew(row) ? Number(row[measure]) : 0, run: String(row['created_run']) });
  }
  for (const { rowId, runId: run, delta, isDeletion } of changes) {
    const gone = Object.fromEntries(Object.entries(delta).map(([column, [old]]) => [column, old as string | number | null]));
    const row = isDeletion ? gone : byId.get(rowId);
    // What a new row was in between does not matter: all that it is now is new.
    if (row === undefined || (!isDeletion && isNew(row))) continue;
    for (const measure of measures) {
      const [old, now] = delta[measure] ?? [];
      if (delta[measure] !== undefined) add(row, measure, { after: 0, change: (isDeletion ? 0 : Number(now ?? 0)) - Number(old ?? 0), run });
    }
  }
  return [...sums.values()]
    .filter(({ change }) => change !== 0)
    .map(({ change, ...sum }) => ({ ...sum, before: sum.after - change }))
    .sort((a, b) => compareText(b.period, a.period) || compareText(a.scope, b.scope) || compareText(a.currency ?? '', b.currency ?? '') || compareText(a.measure, b.measure));
}
