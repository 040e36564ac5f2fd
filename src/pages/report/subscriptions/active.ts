import { groupBy } from '../../../core/group-by.ts';
import type { LocalDate } from '../../../core/time.ts';
import { shortAmount, shortCount } from '../declare/amounts.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { grainFor, lastDayOf, periodsBetween } from '../declare/periods.ts';
import { readActiveDays, readActiveOnNewestDay, readKnownEnds, type ActiveDay } from '../read/subscriptions.repository.ts';

const ACTIVE = 'A subscription is active on a day from its start up to, not including, its end, unless it is suspended.';
const END_DAYS = 30;

/** Active subscriptions over time, by class. */
export const activeByClass: Section = {
  name: 'active-by-class',
  title: 'Active subscriptions by class',
  definition: `${ACTIVE} The class is the one that hub gave the chain.`,
  unit: 'subscriptions at the end of each period',
  async read(tx, view) {
    const days = (await readActiveDays(tx, view, 'class')).filter(({ day }) => (view.from === null || day >= view.from) && (view.until === null || day < view.until));
    return { blocks: days.length === 0 ? [] : [classBlock(days)], coverage: 'All brands and markets that were asked for. Test data is left out.' };
  },
};

function classBlock(days: readonly ActiveDay[]): Block {
  const sorted = days.map(({ day }) => day).sort();
  const [first, last] = [sorted[0] as LocalDate, sorted[sorted.length - 1] as LocalDate];
  const grain = grainFor(first, last, 'day');
  const periods = periodsBetween(first, last, grain);
  const classes = [...new Set(days.map(({ value }) => value))].sort();
  const counts = new Map<string, number>();
  for (const { value, day, subscriptions } of days) counts.set(`${value}\t${day}`, (counts.get(`${value}\t${day}`) ?? 0) + subscriptions);
  const ends = periods.map((period) => least(lastDayOf(period, grain), last));
  // A day on which none was active has no row.
  const lines = classes.map((name) => ends.map((end) => counts.get(`${name}\t${end}`) ?? 0));
  return {
    scope: '*',
    currency: null,
    columns: [
      { name: grain, title: { day: 'Day', week: 'Week from', month: 'Month' }[grain], kind: 'text' },
      ...classes.map((name): Column => ({ name: name === '' ? 'none' : name, title: titleOf(name), kind: 'count' })),
      { name: 'total', title: 'Total', kind: 'count' },
    ],
    rows: periods.map((period, index): Value[] => [period, ...lines.map((values) => values[index] ?? 0), lines.reduce((sum, values) => sum + (values[index] ?? 0), 0)]),
    shown: { rows: 31, from: 'end' },
    chart: { kind: 'lines', labels: periods, series: classes.map((name, index) => ({ name: titleOf(name), values: lines[index] ?? [] })), format: shortCount },
  };
}

function least(one: LocalDate, other: LocalDate): LocalDate {
  return one < other ? one : other;
}

/** Active subscriptions on the day of the report, by brand and market. */
export const activeByMarket: Section = {
  name: 'active-by-market',
  title: 'Active subscriptions by brand and market',
  definition: `${ACTIVE} Persons of a brand count once, however many subscriptions they have; persons of two markets or brands do not add.`,
  unit: 'subscriptions and persons at the end of the day',
  async read(tx, view) {
    const [totals, markets] = [await readActiveOnNewestDay(tx, view, null), await readActiveOnNewestDay(tx, view, 'market')];
    const columns: Column[] = [
      { name: 'market', title: 'Market', kind: 'text' },
      { name: 'subscriptions', title: 'Subscriptions', kind: 'count' },
      { name: 'persons', title: 'Persons', kind: 'count' },
    ];
    const blocks = totals.map(({ brand, subscriptions, persons }): Block => {
      const own = markets.filter((market) => market.brand === brand).sort((a, b) => b.subscriptions - a.subscriptions || (a.value < b.value ? -1 : 1));
      return {
        scope: brand,
        currency: null,
        columns,
        rows: [['All markets', subscriptions, persons], ...own.map((market): Value[] => [market.value === '' ? 'No market known' : market.value, market.subscriptions, null])],
        sums: 1,
      };
    });
    return { blocks, coverage: 'It is the count of hub in hub reconcile of the same day.' };
  },
};

/** What is known to end in the next days. */
export const knownEnds: Section = {
  name: 'known-to-end',
  title: `Known to end within ${END_DAYS} days`,
  definition: 'Subscriptions that are active and whose end is known: a cancellation, a term that is not renewed. What will be cancelled until then is not among them.',
  unit: 'subscriptions, and amounts of the currency a month that end with them',
  async read(tx, view) {
    const ends = await readKnownEnds(tx, view, END_DAYS);
    const blocks = [...groupBy(ends, ({ currency }) => currency)].map(([currency, own]): Block => {
      const days = [...new Set(own.map(({ day }) => day))].sort();
      const of = (day: string) => own.filter((end) => end.day === day);
      const columns: Column[] = [
        { name: 'day', title: 'First day without', kind: 'text' },
        { name: 'subscriptions', title: 'Subscriptions', kind: 'count' },
        { name: 'mrr', title: 'MRR that ends', kind: 'money' },
      ];
      const rows = days.map((day): Value[] => [day, of(day).reduce((sum, { subscriptions }) => sum + subscriptions, 0), of(day).reduce((sum, { mrr }) => sum + mrr, 0)]);
      return {
        scope: '*',
        currency,
        columns,
        rows,
        chart: { kind: 'bars', labels: days, series: [{ name: 'MRR that ends', values: rows.map((row) => Number(row[2])) }], format: (value) => shortAmount(value, currency) },
      };
    });
    return { blocks, coverage: 'All brands that were asked for. Subscriptions with an MRR of 0 are counted too.' };
  },
};

function titleOf(name: string): string {
  if (name === '') return 'No class';
  const text = name.replaceAll('_', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
