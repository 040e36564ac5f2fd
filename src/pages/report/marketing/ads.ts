import { groupBy } from '../../../core/group-by.ts';
import { minorDigits } from '../../../core/iso/currencies.ts';
import { halfEvenShare } from '../../../core/half-even.ts';
import { addDays, type LocalDate } from '../../../core/time.ts';
import { ratioOf, shortAmount } from '../declare/amounts.ts';
import type { Block, Column, Section, Value, View } from '../declare/page.ts';
import { grainFor, periodOf, periodsBetween } from '../declare/periods.ts';
import { readAds, readFinalUntil, type AdRow } from '../read/marketing.repository.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';
import type { Transaction } from '../../../db/database.ts';

/** The last complete days that campaigns are looked at over. */
export const AD_DAYS = 30;
const CHART_DAYS = 90;

const FIGURES: readonly Column[] = [
  { name: 'spend', title: 'Spend', kind: 'money' },
  { name: 'clicks', title: 'Clicks', kind: 'count' },
  { name: 'claimed_value', title: 'Claimed', kind: 'money' },
  { name: 'claimed_roas', title: 'ROAS claimed', kind: 'number' },
  { name: 'orders', title: 'Chains', kind: 'count' },
  { name: 'net_revenue', title: 'Net revenue', kind: 'money' },
  { name: 'measured_roas', title: 'ROAS measured', kind: 'number' },
];
const ROAS = 'Claimed ROAS is what the platform says it brought ÷ spend. Measured ROAS is net revenue to date of the chains whose campaign is that id or name and that began on these days ÷ spend. Ratios are of sums.';

/** What each platform cost and brought. */
export const platforms: Section = {
  name: 'platforms',
  title: `Platforms, last ${AD_DAYS} days`,
  definition: `${ROAS} Claims of platforms are never added up: each claims the same orders.`,
  unit: 'amounts of the currency of the ad accounts; ROAS as a multiple',
  read: (tx, view) => read(tx, view, ['Platform'], (row) => [row.platform]),
};

/** The same of campaigns and ad groups. */
export const campaignsAndGroups: Section = {
  name: 'campaigns-and-ad-groups',
  title: `Campaigns and ad groups, last ${AD_DAYS} days`,
  definition: `${ROAS} Chains know their campaign and no ad group: they stand on the row of the campaign without one.`,
  unit: 'amounts of the currency of the ad accounts; ROAS as a multiple',
  read: (tx, view) => read(tx, view, ['Platform', 'Campaign', 'Ad group'], (row) => [row.platform, row.campaign, row.adGroup === '' ? '(campaign)' : row.adGroup]),
};

/** What was spent, day by day. */
export const spendOverTime: Section = {
  name: 'spend',
  title: 'Spend by platform',
  definition: `Spend of the days of the ad accounts, of the last ${CHART_DAYS} complete days or of those that are asked for.`,
  unit: 'amounts of the currency of the ad accounts',
  async read(tx, view) {
    const last = lastFlowDay(view);
    const from = view.from ?? addDays(last, 1 - CHART_DAYS);
    const grain = grainFor(from, last, 'day');
    const periods = periodsBetween(from, last, grain);
    const blocks = groupsOf(await readAds(tx, view.brands, from, last)).map(([scope, currency, rows]): Block => {
      const own = [...new Set(rows.map(({ platform }) => platform))].sort();
      const sum = (platform: string, period: string): number => minor(rows.filter((row) => row.platform === platform && periodOf(row.day, grain) === period).reduce((total, { spendMicros }) => total + spendMicros, 0), currency);
      const values = own.map((platform) => ({ name: platform, values: periods.map((period) => sum(platform, period)) }));
      return {
        scope,
        currency,
        columns: [{ name: grain, title: { day: 'Day', week: 'Week from', month: 'Month' }[grain], kind: 'text' }, ...own.map((platform): Column => ({ name: platform, title: platform, kind: 'money' }))],
        rows: periods.map((period, index): Value[] => [period, ...values.map((one) => one.values[index] ?? null)]),
        shown: { rows: 31, from: 'end' },
        chart: { kind: 'bars', labels: periods, series: values, format: (value) => shortAmount(value, currency) },
      };
    });
    return { blocks, coverage: await finality(tx, view) };
  },
};

/** Until when ad figures will not change. */
export async function finality(tx: Transaction, view: View): Promise<string> {
  const found = await readFinalUntil(tx, view.brands);
  if (found === undefined) return 'There are no ad days of these brands.';
  const until = found.finalUntil === null ? 'No day is final yet' : `Final until ${found.finalUntil}`;
  return `${until}: later days can still change, as platforms attribute late. The newest day is ${found.newest}.`;
}

async function read(tx: Transaction, view: View, names: readonly string[], keyOf: (row: AdRow) => readonly string[]): Promise<{ blocks: Block[]; coverage: string }> {
  const last = lastFlowDay(view);
  const rows = await readAds(tx, view.brands, addDays(last, 1 - AD_DAYS), last);
  const columns = [...names.map((title): Column => ({ name: title.toLowerCase().replace(' ', '_'), title, kind: 'text' })), ...FIGURES];
  const blocks = groupsOf(rows).map(([scope, currency, own]): Block => {
    const table = [...groupBy(own, (row) => keyOf(row).join('\t')).values()].map((some) => figuresOf(some, some[0] === undefined ? [] : keyOf(some[0]), currency));
    return { scope, currency, columns, rows: table.sort((a, b) => Number(b[names.length]) - Number(a[names.length])), shown: { rows: 30, from: 'start' } };
  });
  return { blocks, coverage: await finality(tx, view) };
}

function figuresOf(rows: readonly AdRow[], key: readonly string[], currency: string): Value[] {
  const sum = (of: (row: AdRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const [spend, claimed] = [sum(({ spendMicros }) => spendMicros), sum(({ claimedMicros }) => claimedMicros)];
  const revenue = sum(({ hubRevenue }) => hubRevenue);
  return [...key, minor(spend, currency), sum(({ clicks }) => clicks), minor(claimed, currency), ratioOf(claimed, spend), sum(({ hubOrders }) => hubOrders), revenue, ratioOf(revenue, minor(spend, currency))];
}

function groupsOf(rows: readonly AdRow[]): (readonly [scope: string, currency: string, rows: readonly AdRow[]])[] {
  return [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [[first.scope, first.currency, own] as const];
  });
}

/** Micros of a currency in its minor units, rounded once. */
export function minor(micros: number, currency: string): number {
  return halfEvenShare(micros, 10 ** (minorDigits(currency) ?? 0), 1_000_000);
}

/** The days that campaigns are looked at over. */
export function adRange(view: View): { readonly from: LocalDate; readonly to: LocalDate } {
  const to = lastFlowDay(view);
  return { from: addDays(to, 1 - AD_DAYS), to };
}
