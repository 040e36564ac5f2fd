import { addDays, type LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import type { View } from '../declare/page.ts';

export const revenueMeasures = ['gross_sales', 'discounts', 'tax', 'credits', 'refunds', 'net_revenue', 'orders'] as const;
type RevenueMeasure = (typeof revenueMeasures)[number];
export type RevenueDimension = 'brand' | 'customer_type' | 'market' | 'category';

/** The revenue of a day, of one value of a dimension, over everything else. */
export interface RevenueRow extends Readonly<Record<RevenueMeasure, number>> {
  readonly currency: string;
  readonly value: string;
  readonly day: LocalDate;
}

/** The revenue of each day up to the last complete one, by currency and a dimension; amounts in minor units. */
export async function readRevenue(tx: Transaction, { brands, from, until, asOf }: View, dimension: RevenueDimension): Promise<RevenueRow[]> {
  const query = tx('metric_revenue_days')
    .select('currency', 'day', { value: dimension })
    .sum(Object.fromEntries(revenueMeasures.map((measure) => [measure, measure])))
    .whereIn('brand', brands)
    .where('day', '<=', lastFlowDay({ asOf, until }))
    .groupBy('currency', 'day', dimension)
    .orderBy(['currency', 'day', { column: dimension }]);
  if (from !== null) query.where('day', '>=', from);
  const rows = (await query) as Record<string, string | number>[];
  return rows.map((row) => ({
    currency: String(row['currency']),
    day: String(row['day']) as LocalDate,
    value: String(row['value'] ?? ''),
    ...(Object.fromEntries(revenueMeasures.map((measure) => [measure, Number(row[measure])])) as Record<RevenueMeasure, number>),
  }));
}

/** The currencies in which there is revenue. */
export async function readCurrencies(tx: Transaction, brands: readonly string[]): Promise<string[]> {
  return tx<{ brand: string; currency: string }>('metric_revenue_days').whereIn('brand', brands).distinct().orderBy('currency').pluck('currency');
}

/** The last day of which flows are shown: that before `asOf`, or before the end of the range. */
export function lastFlowDay({ asOf, until }: Pick<View, 'asOf' | 'until'>): LocalDate {
  const last = addDays(asOf, -1);
  const end = until === null ? last : addDays(until, -1);
  return end < last ? end : last;
}

/** New and existing customers and their orders, of a month. */
interface CustomerMonth extends Readonly<Record<'customers_new' | 'customers_existing' | 'orders_new' | 'orders_existing', number>> {
  readonly scope: string;
  readonly month: string;
}

/** The months that have begun by the last complete day, of each scope. */
export async function readCustomerMonths(tx: Transaction, view: View, scopes: readonly string[]): Promise<CustomerMonth[]> {
  const rows = (await tx('metric_customer_periods')
    .select('brand', 'period', 'customers_new', 'customers_existing', 'orders_new', 'orders_existing')
    .whereIn('brand', scopes)
    .where('grain', 'month')
    .orderBy(['brand', 'period'])) as Record<string, unknown>[];
  const [first, last] = [view.from?.slice(0, 7) ?? '', lastFlowDay(view).slice(0, 7)];
  return rows
    .map((row) => ({
      scope: String(row['brand']),
      month: String(row['period']).slice(0, 7),
      customers_new: Number(row['customers_new']),
      customers_existing: Number(row['customers_existing']),
      orders_new: Number(row['orders_new']),
      orders_existing: Number(row['orders_existing']),
    }))
    .filter(({ month }) => month >= first && month <= last);
}
