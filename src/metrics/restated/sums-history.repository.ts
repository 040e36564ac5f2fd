import type { LocalDate } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';

/** A table of sums whose changes of the past a page lists. */
export interface RestatedTable {
  readonly table: string;
  /** The column of the day, of the month, or of the month of a cohort. */
  readonly period: string;
  /** Columns whose changes are told. */
  readonly measures: readonly string[];
  /** True for cells of cohorts: the column `measure` says what they are of, `age` which one; a new one has only become complete. */
  readonly isCells?: boolean;
  /** Columns with the value that rows must have, of several sums of the same. */
  readonly only?: Readonly<Record<string, string>>;
}

/** A row of a table of sums. */
export type SumsRow = Readonly<Record<string, string | number | null>>;

/** A change of a row that was there already, as the audit log has it. */
interface SumsChange {
  readonly rowId: string;
  readonly runId: string;
  /** By column, old and new value; of a deletion all columns, without a new value. */
  readonly delta: Readonly<Record<string, readonly [old: unknown, now?: unknown, ...rest: unknown[]]>>;
  readonly isDeletion: boolean;
}

/** What became of a table of sums since an instant. */
export interface SumsHistory {
  readonly changes: readonly SumsChange[];
  /** All rows of the days on which something changed, as they are. */
  readonly rows: readonly SumsRow[];
  /** The runs that wrote sums since. */
  readonly runs: ReadonlySet<string>;
}

/** From when on changes count, and of which days: those before a date. */
export interface Since {
  readonly asOf: LocalDate;
  readonly startedAt: string;
}

/** The day, or month, before which a period is one of the past. */
export function pastOf({ period }: Pick<RestatedTable, 'period'>, { asOf }: Pick<Since, 'asOf'>): string {
  return asOf.slice(0, period === 'day' ? undefined : '2026-03'.length);
}

const DAYS_AT_ONCE = 500;
const NOTHING: SumsHistory = { changes: [], rows: [], runs: new Set() };

/** Reads what became of a table's rows of days before a date, since an instant: the earlier report's, or a week's. */
export async function readSumsHistory(tx: Transaction, declared: RestatedTable, scopes: readonly string[], earlier: Since): Promise<SumsHistory> {
  const { table, period, only = {} } = declared;
  const builds = await tx<{ command: string; finished_at: string | null; run_id: string; change_no: number }>('job_runs')
    .where({ command: 'build-metrics' })
    .where((query) => void query.whereNull('finished_at').orWhere('finished_at', '>', earlier.startedAt))
    .orderBy('started_at')
    .select('run_id', 'change_no');
  if (builds.length === 0) return NOTHING;
  const runs = builds.map(({ run_id: runId }) => runId);
  const entries = await tx<{ run_id: string; seq: number; brand: string; entity: string; entity_id: string; action: string; delta: string | null }>('audit_log')
    .where({ entity: `metric.${table}` })
    .whereIn('brand', scopes)
    .whereIn('run_id', runs)
    .orderBy(['run_id', 'seq'])
    .select('run_id', 'entity_id', 'action', 'delta');
  const before = pastOf(declared, earlier);
  const changes = entries.map(({ run_id: runId, entity_id: rowId, action, delta }) => ({ runId, rowId, isDeletion: action === 'delete', delta: JSON.parse(delta ?? '{}') as SumsChange['delta'] }));
  // Only of the days on which something changed: of ad days there are a million.
  const changed = (await tx(table).whereIn('brand', scopes).where(only).where(period, '<', before).where('change_no', '>=', Math.min(...builds.map(({ change_no: own }) => own))).distinct().pluck(period)) as string[];
  const gone = changes.filter(({ isDeletion }) => isDeletion).map(({ delta }) => String(delta[period]?.[0]));
  const days = [...new Set([...changed, ...gone])].sort();
  const rows: SumsRow[] = [];
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) rows.push(...((await tx(table).whereIn('brand', scopes).where(only).whereIn(period, days.slice(at, at + DAYS_AT_ONCE)).where(period, '<', before).select('*')) as SumsRow[]));
  return { changes, rows, runs: new Set(runs) };
}
