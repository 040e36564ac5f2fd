import { addDays, instantOfBatch, millisOf, type BatchId, type Instant, type LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import { lastCheckedAt, latestChecks } from '../health/history.repository.ts';
import { HEALTH } from './freshness.ts';
import type { WatchedTable } from './metric-tables.ts';
import type { AlertRule, MetricRow } from './rule.ts';
import type { Windows } from './windows.ts';

const MINUTE_MS = 60_000;

/** Rows of a rule's windows, of the brands that it is of. */
export async function readMetricRows(tx: Transaction, { table }: Pick<AlertRule, 'table'>, { now, before }: Windows, brands: readonly string[]): Promise<MetricRow[]> {
  const from = [now, ...before].map((window) => window.from).sort()[0] ?? '';
  if (table.name === 'metric_customers') {
    const rows = await tx(table.name).whereIn('brand', brands).where('acquired_on', '>=', from).where('acquired_on', '<=', now.to).groupBy('brand', 'acquired_on', 'channel', 'market').select('brand', 'acquired_on as day', 'channel', 'market').count<Record<string, string | number | null>[]>({ customers: '*' });
    return rows.map((row) => ({ ...row, period: String(row['day']) }));
  }
  if (table.name === 'integration_health') return healthRows(tx, brands);
  const query = tx(table.name).whereIn('brand', brands).select<MetricRow[]>(Object.keys(table.columns));
  const column = periodColumn(table);
  if (column !== undefined) query.where(column, '>=', from).where(column, '<=', now.to);
  const rows: MetricRow[] = await query;
  return rows.map((row) => ({ ...row, period: column === undefined ? '' : String(row[column]) }));
}

/** The first day of a table, by brand. */
export async function readFirstDays(tx: Transaction, { name, period }: WatchedTable, brands: readonly string[]): Promise<Map<string, string>> {
  if (period !== 'day') return new Map();
  const column = name === 'metric_customers' ? 'acquired_on' : 'day';
  const rows = await tx(name).whereIn('brand', brands).whereNotNull(column).groupBy('brand').select('brand').min<{ brand: string; first: string }[]>({ first: column });
  return new Map(rows.map(({ brand, first }) => [brand, first]));
}

/** The last day up to which what ad platforms say is final, by brand; of a brand without one, null. */
export async function readFinalDays(tx: Transaction, brands: readonly string[]): Promise<Map<string, LocalDate | null>> {
  const days = () => tx('metric_ad_days').whereIn('brand', brands).groupBy('brand');
  const ends = await days().select('brand').min({ first: 'day' }).max<{ brand: string; first: LocalDate; last: LocalDate }[]>({ last: 'day' });
  const open = await days().where('provisional', 1).select('brand').min<{ brand: string; day: LocalDate }[]>({ day: 'day' });
  const firstOpen = new Map(open.map(({ brand, day }) => [brand, day]));
  return new Map(
    ends.map(({ brand, first, last }) => {
      const day = firstOpen.get(brand);
      const final = day === undefined ? last : addDays(day, -1);
      return [brand, final < first ? null : final];
    }),
  );
}

/** When metrics were last built to the end; undefined: never. */
export async function readMetricsBuilt(tx: Transaction): Promise<Instant | undefined> {
  const row = await tx('job_runs').where({ command: 'build-metrics' }).whereIn('status', ['succeeded', 'refused']).orderBy('started_at', 'desc').first<{ started_at: Instant } | undefined>('started_at');
  return row?.started_at;
}

/** When the newest batch of each feed and brand was made, by both. */
export async function readFeedTimes(tx: Transaction, brands: readonly string[]): Promise<Map<string, Instant>> {
  const rows = await tx('import_batches').whereIn('brand', brands).where({ status: 'finished' }).groupBy('feed', 'brand').select('feed', 'brand').max<{ feed: string; brand: string; newest: BatchId }[]>({ newest: 'batch' });
  const checked = await lastCheckedAt(tx);
  return new Map([...rows.map(({ feed, brand, newest }) => [`${feed} ${brand}`, instantOfBatch(newest)] as const), ...(checked === undefined ? [] : [[HEALTH, checked] as const])]);
}

/** The newest check of each integration, with the minutes that it has been in its state. */
async function healthRows(tx: Transaction, brands: readonly string[]): Promise<MetricRow[]> {
  const checks = await latestChecks(tx);
  return checks
    .filter(({ brand }) => brands.includes(brand))
    .map(({ id, kind, brand, state, since, checkedAt, activity, dead }) => ({
      ...{ period: '', brand, integration: id, kind, state, minutes: Math.floor((millisOf(checkedAt) - millisOf(since)) / MINUTE_MS) },
      ...{ attempts: activity.attempts, failures: activity.failures, p95_ms: activity.p95Ms, dead },
    }));
}

function periodColumn({ period }: WatchedTable): string | undefined {
  return period === 'none' ? undefined : period;
}
