import type { LocalDate } from '../../../core/time.ts';
import { shortAmount } from '../declare/amounts.ts';
import { MOST_SERIES } from '../../series-chart.ts';
import type { Block, Column } from '../declare/page.ts';
import { incompletePeriod, periodOf, periodsBetween } from '../declare/periods.ts';
import type { RevenueRow } from '../read/revenue.repository.ts';

const OTHERS = 'others';
/** A year, and the month that it is compared with. */
const SHOWN_MONTHS = 13;

/**
 * Net revenue by month, a column for each value of the dimension: the largest seven, and the others in one.
 * @param rows of one currency, in order of their days
 */
export function pivotByMonth(rows: readonly RevenueRow[], currency: string, lastDay: LocalDate, titleOf: (value: string) => string): Block | undefined {
  const first = rows[0];
  if (first === undefined) return undefined;
  const names = largestFirst(rows);
  const kept = names.length > MOST_SERIES ? [...names.slice(0, MOST_SERIES - 1), OTHERS] : names;
  const months = periodsBetween(first.day, lastDay, 'month');
  const sums = new Map<string, number>();
  for (const { day, value, net_revenue: net } of rows) {
    const key = `${periodOf(day, 'month')}\t${kept.includes(value) ? value : OTHERS}`;
    sums.set(key, (sums.get(key) ?? 0) + net);
  }
  const at = (month: string, value: string): number => sums.get(`${month}\t${value}`) ?? 0;
  const titles = kept.map((value) => (value === OTHERS ? 'Others' : titleOf(value)));
  const columns: Column[] = [
    { name: 'month', title: 'Month', kind: 'text' },
    ...kept.map((value, index): Column => ({ name: columnName(value), title: titles[index] ?? value, kind: 'money' })),
    { name: 'total', title: 'Total', kind: 'money' },
  ];
  const incomplete = incompletePeriod(lastDay, 'month');
  return {
    scope: '*',
    currency,
    columns,
    rows: months.map((month) => [month, ...kept.map((value) => at(month, value)), kept.reduce((sum, value) => sum + at(month, value), 0)]),
    shown: { rows: SHOWN_MONTHS, from: 'end' },
    incomplete,
    chart: {
      kind: 'bars',
      labels: months,
      series: kept.map((value, index) => ({ name: titles[index] ?? value, values: months.map((month) => at(month, value)) })),
      format: (value) => shortAmount(value, currency),
      incomplete,
    },
  };
}

function largestFirst(rows: readonly RevenueRow[]): string[] {
  const sums = new Map<string, number>();
  for (const { value, net_revenue: net } of rows) sums.set(value, (sums.get(value) ?? 0) + Math.abs(net));
  return [...sums].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([value]) => value);
}

function columnName(value: string): string {
  return value.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_') || 'none';
}
