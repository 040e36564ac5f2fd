import { groupBy } from '../../../core/group-by.ts';
import type { LocalDate } from '../../../core/time.ts';
import { shortAmount } from '../declare/amounts.ts';
import { drawnScopes, scopesOf, type Block, type Column, type Section, type Value, type View } from '../declare/page.ts';
import { grainFor, periodOf, periodsBetween } from '../declare/periods.ts';
import { readMrrDays, type MrrDay } from '../read/subscriptions.repository.ts';

/** MRR over time, a line for each brand. */
export const mrrSection: Section = {
  name: 'mrr',
  title: 'Monthly recurring revenue',
  definition:
    'MRR is what active subscriptions bill in a month: price × quantity ÷ months of the billing period, after recurring discounts, without tax. Annual and quarterly plans count with their part of a month; gifts and trials are 0; suspended subscriptions are left out.',
  unit: 'amounts of the currency a month, at the end of each period',
  async read(tx, view) {
    const days = (await readMrrDays(tx, view, scopesOf(view))).filter(({ day }) => view.from === null || day >= view.from);
    const blocks = [...groupBy(days, ({ currency }) => currency)].map(([currency, own]) => mrrBlock(own, currency, view));
    return { blocks, coverage: 'It is what contracts bill: unpaid invoices and refunds do not lower it. Test data is left out.' };
  },
};

function mrrBlock(days: readonly MrrDay[], currency: string, view: View): Block {
  const scopes = scopesOf(view).filter((scope) => days.some((day) => day.scope === scope));
  const first = days.reduce<LocalDate>((least, { day }) => (day < least ? day : least), days[0]?.day ?? view.asOf);
  const last = days.reduce<LocalDate>((most, { day }) => (day > most ? day : most), first);
  const grain = grainFor(first, last, 'day');
  const periods = periodsBetween(first, last, grain);
  const lines = new Map(scopes.map((scope) => [scope, atEnds(days.filter((day) => day.scope === scope), periods, (day) => periodOf(day, grain))]));
  const titleOf = (scope: string): string => (scope === '*' ? 'All brands' : (view.names.get(scope) ?? scope));
  const columns: Column[] = [
    { name: grain, title: { day: 'Day', week: 'Week from', month: 'Month' }[grain], kind: 'text' },
    ...scopes.map((scope): Column => ({ name: scope === '*' ? 'all_brands' : scope, title: titleOf(scope), kind: 'money' })),
  ];
  return {
    scope: '*',
    currency,
    columns,
    rows: periods.map((period, index): Value[] => [period, ...scopes.map((scope) => lines.get(scope)?.[index] ?? 0)]),
    shown: { rows: 31, from: 'end' },
    chart: {
      kind: 'lines',
      labels: periods,
      series: drawnScopes(scopes).map((scope) => ({ name: titleOf(scope), values: lines.get(scope) ?? [] })),
      format: (value) => shortAmount(value, currency),
    },
  };
}

/** The last known MRR of each period: a day without a row is as the day before. */
function atEnds(days: readonly MrrDay[], periods: readonly string[], nameOf: (day: LocalDate) => string): number[] {
  const ends = new Map(days.map(({ day, mrr }) => [nameOf(day), mrr]));
  let last = 0;
  return periods.map((period) => (last = ends.get(period) ?? last));
}
