import { addDays, type LocalDate } from '../../../core/time.ts';
import { groupBy } from '../../../core/group-by.ts';
import { shortCount } from '../declare/amounts.ts';
import { revenueHeadline } from './headline.ts';
import { scopesOf, type Block, type ReportPage, type Section, type View } from '../declare/page.ts';
import { grainFor, incompletePeriod, type Grain } from '../declare/periods.ts';
import { lastFlowDay, readCustomerMonths, readRevenue, type RevenueDimension } from '../read/revenue.repository.ts';
import { restatedSection } from '../restated/restated-section.ts';
import { revenueOverTime } from './over-time.ts';
import { pivotByMonth } from './pivot.ts';

const DEFINITION = 'Net revenue is sales less discounts, credits and refunds, tax excluded, each on its own date. It is what was invoiced, not what is earned over time: a year paid in advance counts on the day of its invoice.';
const COVERAGE = 'Test data is left out. Currencies are never added.';

/** How the money that came in is made up, and how it moves. */
export const revenuePage: ReportPage = {
  name: 'revenue',
  title: 'Revenue',
  question: 'What did we invoice, what is left of it after discounts, credits and refunds, and where does it come from?',
  headline: revenueHeadline,
  sections: [
    overTime('net-revenue-by-month', 'Net revenue by month', 'month'),
    overTime('net-revenue-by-week', 'Net revenue by week', 'week', 53 * 7),
    overTime('net-revenue-by-day', 'Net revenue by day', 'day', 60),
    byMonth('by-brand', 'Net revenue by brand', 'brand', DEFINITION),
    byMonth('new-and-existing', 'Net revenue of new and existing customers', 'customer_type', 'A customer is new in an order or subscription that starts before any earlier invoice above 0 of that brand, else existing.'),
    customers(),
    byMonth('by-market', 'Net revenue by market', 'market', DEFINITION),
    byMonth('by-category', 'Net revenue by category', 'category', 'The category of the line that was sold, discounted, credited or refunded.'),
    restatedSection([{ table: 'metric_revenue_days', period: 'day', measures: ['gross_sales', 'discounts', 'credits', 'refunds', 'net_revenue'], isMoney: true }]),
  ],
};

/** @param days how many are shown without a range of --from and --to */
function overTime(name: string, title: string, wanted: Grain, days?: number): Section {
  return {
    name,
    title,
    definition: `${DEFINITION} Refund rate is refunds over gross sales of the same ${wanted}.`,
    unit: `amounts of the currency, tax excluded, by ${wanted}`,
    async read(tx, view) {
      const lastDay = lastFlowDay(view);
      const rows = await readRevenue(tx, view, 'brand');
      const blocks = [...groupBy(rows, ({ currency }) => currency)].map(([currency, own]): Block => {
        const begin = own[0]?.day ?? lastDay;
        const cut = days === undefined || view.from !== null ? begin : later(begin, addDays(lastDay, 1 - days));
        const grain = grainFor(cut, lastDay, wanted);
        return revenueOverTime(own, { currency, grain, from: cut, lastDay });
      });
      return { blocks, coverage: COVERAGE };
    },
  };
}

function later(one: LocalDate, other: LocalDate): LocalDate {
  return one > other ? one : other;
}

function byMonth(name: string, title: string, dimension: RevenueDimension, definition: string): Section {
  return {
    name,
    title,
    definition,
    unit: 'amounts of the currency, tax excluded, by month',
    async read(tx, view) {
      const rows = await readRevenue(tx, view, dimension);
      const blocks = [...groupBy(rows, ({ currency }) => currency)].flatMap(([currency, own]) => pivotByMonth(own, currency, lastFlowDay(view), (value) => titleOf(value, dimension, view)) ?? []);
      return { blocks, coverage: COVERAGE };
    },
  };
}

function titleOf(value: string, dimension: RevenueDimension, { names }: View): string {
  if (dimension === 'brand') return names.get(value) ?? value;
  if (value === '') return dimension === 'market' ? 'No market known' : 'None';
  const text = value.replaceAll('_', ' ');
  return dimension === 'market' ? value : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function customers(): Section {
  const measures = { customers_new: 'New customers', customers_existing: 'Existing customers', orders_new: 'Orders of new', orders_existing: 'Orders of existing' } as const;
  const names = Object.keys(measures) as (keyof typeof measures)[];
  return {
    name: 'customers-by-month',
    title: 'Customers who bought, by month',
    definition: 'A customer is new in the month of the first invoice above 0, else existing. Over all brands a person is new once; in each brand once more.',
    unit: 'customers and orders',
    async read(tx, view) {
      const rows = await readCustomerMonths(tx, view, scopesOf(view));
      const incomplete = incompletePeriod(lastFlowDay(view), 'month');
      const blocks = [...groupBy(rows, ({ scope }) => scope)].map(
        ([scope, own]): Block => ({
          scope,
          currency: null,
          columns: [{ name: 'month', title: 'Month', kind: 'text' }, ...names.map((name) => ({ name, title: measures[name], kind: 'count' as const }))],
          rows: own.map((row) => [row.month, ...names.map((name) => row[name])]),
          shown: { rows: 13, from: 'end' },
          incomplete,
          chart: {
            kind: 'bars',
            labels: own.map(({ month }) => month),
            series: (['customers_new', 'customers_existing'] as const).map((name) => ({ name: measures[name], values: own.map((row) => row[name]) })),
            format: shortCount,
            incomplete,
          },
        }),
      );
      return { blocks, coverage: 'Customers without an invoice above 0 are not counted. Test data is left out.' };
    },
  };
}
