import { oneSpelling } from '../core/decimal.ts';
import { addDays, startOfDay, type LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import type { RestatedTable, SumsHistory } from '../metrics/restated/sums-history.repository.ts';
import { readSumsHistory } from '../metrics/restated/sums-history.repository.ts';
import type { DigestAlert, DigestCoverage, DigestProduct, DigestRuns, DigestStock } from './digest.ts';
import type { Week } from './week.ts';
import { ofScope } from './week-facts.repository.ts';

type Rows = Record<string, string | number | null>[];

const MOST_STOCKS = 500;
/** What the week's mail tells of days that have changed. */
const restatedTables: readonly RestatedTable[] = [
  { table: 'metric_revenue_days', period: 'day', measures: ['net_revenue', 'refunds'] },
  { table: 'metric_mrr_days', period: 'day', measures: ['mrr'] },
];

/** Products with a margin in a month, the best first; shipping and fees are none. */
export async function readMargins(tx: Transaction, scope: string, month: string): Promise<DigestProduct[]> {
  const rows = await ofScope(tx('metric_products'), scope).where({ month }).whereNotNull('margin').where('sku', '<>', '').orderBy([{ column: 'margin', order: 'desc' }, 'brand', 'currency', 'sku']).select<Rows>('brand', 'currency', 'sku', 'net_sales', 'margin');
  return rows.map((row) => ({ brand: String(row['brand']), currency: String(row['currency']), sku: String(row['sku']), netSales: Number(row['net_sales']), margin: Number(row['margin']) }));
}

/** Stocks that are out, to be ordered or stale, the worst first. */
export async function readFlaggedStock(tx: Transaction, scope: string): Promise<DigestStock[]> {
  const statuses: DigestStock['status'][] = ['out', 'reorder', 'stale'];
  const found: DigestStock[] = [];
  for (const status of statuses) {
    const rows = await ofScope(tx('metric_stock'), scope).where({ status }).orderBy(['brand', 'sku', 'location']).limit(MOST_STOCKS - found.length).select<Rows>('brand', 'sku', 'location', 'available', 'day');
    found.push(...rows.map((row) => ({ brand: String(row['brand']), sku: String(row['sku']), location: String(row['location']), status, available: oneSpelling(row['available'], true) ?? '', day: String(row['day']) as LocalDate })));
  }
  return found;
}

/** Alerts that were told of in the week, or still fire. */
export async function readAlerts(tx: Transaction, scope: string, { from, to }: Week): Promise<DigestAlert[]> {
  const [start, end] = [startOfDay(from), startOfDay(addDays(to, 1))];
  const rows = await ofScope(tx('alert_states'), scope)
    .where((query) => void query.where({ state: 'firing' }).orWhere((told) => void told.where('notified_at', '>=', start).where('notified_at', '<', end)))
    .whereNotNull('notified_at')
    .where('notified_at', '<', end)
    .orderBy(['rule', 'subject'])
    .select<Rows>('rule', 'title', 'severity', 'subject', 'state', 'since');
  return rows.map((row) => ({ rule: String(row['rule']), title: String(row['title']), severity: String(row['severity']), subject: String(row['subject']), state: String(row['state']), since: String(row['since']) as LocalDate }));
}

/** How much is known of what the week rests on. */
export async function readCoverage(tx: Transaction, scope: string, { from, to }: Week, month: string): Promise<DigestCoverage[]> {
  const channels = await tx('metric_customers').where('brand', scope).where('acquired_on', '>=', from).where('acquired_on', '<=', to).groupBy('channel').select('channel').count<Rows>({ customers: '*' });
  const all = channels.reduce((sum, row) => sum + Number(row['customers']), 0);
  const unknown = channels.filter((row) => row['channel'] === 'unclassified').reduce((sum, row) => sum + Number(row['customers']), 0);
  const sales = await ofScope(tx('metric_products'), scope).where({ month }).groupBy('currency').orderBy('currency').select('currency').sum<Rows>({ covered: 'covered_sales', whole: 'net_sales' });
  return [
    { name: 'channel', label: 'New customers whose channel is known', kind: 'count', currency: null, part: all - unknown, whole: all },
    ...sales.map((row): DigestCoverage => ({ name: 'cost', label: 'Net sales with a known cost', kind: 'money', currency: String(row['currency']), part: Number(row['covered']), whole: Number(row['whole']) })),
  ];
}

/** The last day up to which what ad platforms say is final. */
export async function readAdsFinalUntil(tx: Transaction, scope: string): Promise<LocalDate | null> {
  const days = () => ofScope(tx('metric_ad_days'), scope);
  const [open] = await days().where('provisional', 1).min<{ day: LocalDate | null }[]>({ day: 'day' });
  if (open?.day != null) return addDays(open.day, -1);
  const [last] = await days().max<{ day: LocalDate | null }[]>({ day: 'day' });
  return last?.day ?? null;
}

/** What became of days before the week, since it began. */
export async function readHistories(tx: Transaction, scope: string, { from }: Week): Promise<{ readonly table: RestatedTable; readonly history: SumsHistory }[]> {
  const histories = [];
  for (const table of restatedTables) {
    // Revenue has no rows of all brands.
    const scopes = scope === '*' && table.table === 'metric_revenue_days' ? await tx('metric_revenue_days').distinct('brand').pluck<string[]>('brand') : [scope];
    histories.push({ table, history: await readSumsHistory(tx, table, scopes, { asOf: from, startedAt: startOfDay(from) }) });
  }
  return histories;
}

/** Runs of the week that failed or refused something, of all brands. */
export async function readFailedRuns(tx: Transaction, { from, to }: Week): Promise<DigestRuns[]> {
  const rows = await tx('job_runs').whereIn('status', ['failed', 'refused']).where('started_at', '>=', startOfDay(from)).where('started_at', '<', startOfDay(addDays(to, 1))).groupBy('command', 'status').orderBy(['command', 'status']).select('command', 'status').count<Rows>({ runs: '*' });
  return rows.map((row) => ({ command: String(row['command']), status: String(row['status']), runs: Number(row['runs']) }));
}
