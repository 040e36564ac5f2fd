import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import type { View } from '../declare/page.ts';

/** A table of sums whose changes of the past a page lists. */
export interface RestatedTable {
  readonly table: string;
  /** The column of the day, or of the month of a cohort. */
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

/** What became of a table of sums since the report before. */
export interface SumsHistory {
  readonly changes: readonly SumsChange[];
  /** All rows of the earlier days, as they are. */
  readonly rows: readonly SumsRow[];
  /** The runs that wrote sums since. */
  readonly runs: ReadonlySet<string>;
}

/** The report before: the newest one that succeeded for an earlier date, so that a second one of a date says the same. */
export interface EarlierReport {
  readonly asOf: LocalDate;
  readonly startedAt: string;
}

/** Finds the report before that of the view; undefined: there is none. */
export async function readEarlierReport(tx: Transaction, { asOf }: Pick<View, 'asOf'>): Promise<EarlierReport | undefined> {
  const rows = await tx<{ command: string; status: string; params: string; started_at: string }>('job_runs')
    .where({ command: 'report', status: 'succeeded' })
    .orderBy('started_at', 'desc')
    .select('params', 'started_at');
  for (const { params, started_at: startedAt } of rows) {
    const { as_of: date } = JSON.parse(params) as { as_of?: string };
    if (date !== undefined && date < asOf) return { asOf: date as LocalDate, startedAt };
  }
  return undefined;
}

const NOTHING: SumsHistory = { changes: [], rows: [], runs: new Set() };

/** Reads what became of a table's rows of days before the earlier report's date, since that report began. */
export async function readSumsHistory(tx: Transaction, { table, period, only = {} }: RestatedTable, scopes: readonly string[], earlier: EarlierReport): Promise<SumsHistory> {
  const runs = await tx<{ command: string; finished_at: string | null; run_id: string }>('job_runs')
    .where({ command: 'build-metrics' })
    .where((query) => void query.whereNull('finished_at').orWhere('finished_at', '>', earlier.startedAt))
    .orderBy('started_at')
    .pluck('run_id');
  if (runs.length === 0) return NOTHING;
  const entries = await tx<{ run_id: string; seq: number; brand: string; entity: string; entity_id: string; action: string; delta: string | null }>('audit_log')
    .where({ entity: `metric.${table}` })
    .whereIn('brand', scopes)
    .whereIn('run_id', runs)
    .orderBy(['run_id', 'seq'])
    .select('run_id', 'entity_id', 'action', 'delta');
  const before = earlier.asOf.slice(0, period === 'cohort' ? 7 : undefined);
  const fresh: unknown = await tx(table).whereIn('brand', scopes).whereIn('created_run', runs).where(period, '<', before).first('row_id');
  if (entries.length === 0 && fresh === undefined) return NOTHING;
  const rows = (await tx(table).whereIn('brand', scopes).where(only).where(period, '<', before).select('*')) as SumsRow[];
  return {
    changes: entries.map(({ run_id: runId, entity_id: rowId, action, delta }) => ({ runId, rowId, isDeletion: action === 'delete', delta: JSON.parse(delta ?? '{}') as SumsChange['delta'] })),
    rows,
    runs: new Set(runs),
  };
}
