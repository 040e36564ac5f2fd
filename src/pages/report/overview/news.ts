import { groupBy } from '../../../core/group-by.ts';
import { addDays, type LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import { scopesOf, type Block, type Column, type Section, type Value, type View } from '../declare/page.ts';
import { NEW_DAYS } from '../read/operations.repository.ts';
import { countAcquired } from '../read/marketing.repository.ts';
import { readEarlierReport } from '../read/restated.repository.ts';
import { lastFlowDay, readRevenue, type RevenueRow } from '../read/revenue.repository.ts';
import { readActiveOnNewestDay, readMrrDays, type MrrDay } from '../read/subscriptions.repository.ts';
import { mrrAt } from '../subscriptions/mrr-at.ts';

const BRAND: Column = { name: 'brand', title: 'Brand', kind: 'text' };
const MONEY: readonly Column[] = [
  BRAND,
  { name: 'net_revenue', title: 'Net revenue', kind: 'money' },
  { name: 'refunds', title: 'Refunds', kind: 'money' },
  { name: 'orders', title: 'Orders', kind: 'count' },
  { name: 'mrr', title: 'MRR now', kind: 'money' },
  { name: 'mrr_change', title: 'Change', kind: 'money' },
  { name: 'subscribers_new', title: 'New subscribers', kind: 'count' },
  { name: 'subscribers_churned', title: 'Left', kind: 'count' },
];
const PERSONS: readonly Column[] = [BRAND, { name: 'customers_new', title: 'New customers', kind: 'count' }, { name: 'active', title: 'Active subscriptions', kind: 'count' }, { name: 'active_change', title: 'Change', kind: 'count' }];

/** The days that are new, both included, and the end of which day states are compared with. */
interface NewDays {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly before: LocalDate;
}

/** What has come since the report before. */
export const news: Section = {
  name: 'new',
  title: 'New since the last report',
  definition: `Sums of the days since the report of the date before, without one of the last ${NEW_DAYS} complete days; MRR and active subscriptions at the end of the date, and how they changed since. Subscribers are persons with MRR; customers are persons with a first invoice above 0 on these days.`,
  unit: 'amounts of the currency, tax excluded; persons, subscriptions',
  async read(tx, view) {
    const earlier = await readEarlierReport(tx, view);
    const before = earlier?.asOf ?? addDays(view.asOf, -NEW_DAYS);
    const days = { before, from: before, to: lastFlowDay(view) };
    const since = earlier === undefined ? `There is no report of an earlier date: these are the ${NEW_DAYS} days before.` : `The report before is that of ${earlier.asOf}.`;
    const coverage = days.from > days.to ? `${since} No day has ended since.` : `${since} Days ${days.from} to ${days.to}. What changed of the days before stands on each page.`;
    return { blocks: [...(await ofPersons(tx, view, days)), ...(await ofMoney(tx, view, days))], coverage };
  },
};

async function ofPersons(tx: Transaction, view: View, { from, to, before }: NewDays): Promise<Block[]> {
  const scopes = scopesOf(view);
  const acquired = await countAcquired(tx, scopes, from, to);
  const [now, then] = [await activeAt(tx, view, view.asOf), await activeAt(tx, view, before)];
  const sum = (active: ReadonlyMap<string, number>, scope: string): number => (scope === '*' ? [...active.values()].reduce((total, own) => total + own, 0) : (active.get(scope) ?? 0));
  if (now.size === 0 && acquired.size === 0) return [];
  const rows = scopes.map((scope): Value[] => [nameOf(scope, view), acquired.get(scope) ?? 0, sum(now, scope), sum(now, scope) - sum(then, scope)]);
  return [{ scope: '*', currency: null, columns: PERSONS, rows, sums: scopes[0] === '*' ? 1 : 0 }];
}

/** Active subscriptions by brand at the end of a day, or of the newest day before it that is known. */
async function activeAt(tx: Transaction, view: View, asOf: LocalDate): Promise<ReadonlyMap<string, number>> {
  return new Map((await readActiveOnNewestDay(tx, { ...view, asOf }, null)).map(({ brand, subscriptions }) => [brand, subscriptions]));
}

async function ofMoney(tx: Transaction, view: View, days: NewDays): Promise<Block[]> {
  const scopes = scopesOf(view);
  const revenue = (await readRevenue(tx, { ...view, from: days.from }, 'brand')).filter(({ day }) => day <= days.to);
  const mrr = groupBy(await readMrrDays(tx, view, scopes), ({ currency }) => currency);
  const currencies = [...new Set([...revenue.map(({ currency }) => currency), ...mrr.keys()])].sort();
  return currencies.flatMap((currency): Block[] => {
    const own = scopes.map((scope) => ({ scope, sold: revenue.filter((row) => row.currency === currency && (scope === '*' || row.value === scope)), states: (mrr.get(currency) ?? []).filter((row) => row.scope === scope) }));
    const present = own.filter(({ sold, states }) => sold.length > 0 || states.length > 0);
    if (present.length === 0) return [];
    return [{ scope: '*', currency, columns: MONEY, rows: present.map(({ scope, sold, states }) => [nameOf(scope, view), ...figuresOf(sold, states, days, view)]), sums: present[0]?.scope === '*' ? 1 : 0 }];
  });
}

function figuresOf(sold: readonly RevenueRow[], states: readonly MrrDay[], { from, to, before }: NewDays, { asOf }: View): Value[] {
  const sum = (of: (row: RevenueRow) => number): number => sold.reduce((total, row) => total + of(row), 0);
  const moved = states.filter(({ day }) => day >= from && day <= to);
  const mrr = mrrAt(states, asOf);
  return [
    ...[sum((row) => row.net_revenue), sum((row) => row.refunds), sum((row) => row.orders), mrr, mrr - mrrAt(states, before)],
    ...[moved.reduce((total, row) => total + row.customers_new, 0), moved.reduce((total, row) => total + row.customers_churned, 0)],
  ];
}

function nameOf(scope: string, { names }: View): string {
  return scope === '*' ? 'All brands' : (names.get(scope) ?? scope);
}
