import type { LocalDate } from '../../../core/time.ts';
import { ratioOf, shortAmount } from '../declare/amounts.ts';
import type { Block, Column, Value } from '../declare/page.ts';
import { incompletePeriod, periodOf, periodsBetween, type Grain } from '../declare/periods.ts';
import { revenueMeasures, type RevenueRow } from '../read/revenue.repository.ts';

const MONEY: Readonly<Record<Exclude<(typeof revenueMeasures)[number], 'orders'>, string>> = {
  gross_sales: 'Gross sales',
  discounts: 'Discounts',
  credits: 'Credits',
  refunds: 'Refunds',
  net_revenue: 'Net revenue',
  tax: 'Tax beside it',
};
/** Rows in the table: two weeks, a quarter, two years and the month that they are compared with. */
const SHOWN: Readonly<Record<Grain, number>> = { day: 14, week: 13, month: 25 };
const measures = Object.keys(MONEY) as (keyof typeof MONEY)[];

/**
 * From gross sales to net revenue, a row a period, with the share that was refunded.
 * @param rows of one currency, in order of their days
 */
export function revenueOverTime(rows: readonly RevenueRow[], { currency, grain, from, lastDay }: { currency: string; grain: Grain; from: LocalDate; lastDay: LocalDate }): Block {
  const periods = periodsBetween(from, lastDay, grain);
  const sums = new Map(periods.map((period) => [period, Object.fromEntries(revenueMeasures.map((measure) => [measure, 0])) as Record<(typeof revenueMeasures)[number], number>]));
  for (const row of rows) {
    const sum = sums.get(periodOf(row.day, grain));
    if (sum !== undefined) for (const measure of revenueMeasures) sum[measure] += row[measure];
  }
  const columns: Column[] = [
    { name: grain, title: { day: 'Day', week: 'Week from', month: 'Month' }[grain], kind: 'text' },
    ...measures.map((name): Column => ({ name, title: MONEY[name], kind: 'money' })),
    { name: 'orders', title: 'Orders', kind: 'count' },
    { name: 'refund_rate', title: 'Refund rate', kind: 'percent' },
  ];
  const incomplete = incompletePeriod(lastDay, grain);
  return {
    scope: '*',
    currency,
    columns,
    rows: [...sums].map(([period, sum]): Value[] => [period, ...measures.map((measure) => sum[measure]), sum.orders, ratioOf(-sum.refunds, sum.gross_sales)]),
    shown: { rows: SHOWN[grain], from: 'end' },
    incomplete,
    chart: {
      kind: 'bars',
      labels: periods,
      series: [{ name: 'Net revenue', values: [...sums.values()].map((sum) => sum.net_revenue) }],
      format: (value) => shortAmount(value, currency),
      incomplete,
    },
  };
}
