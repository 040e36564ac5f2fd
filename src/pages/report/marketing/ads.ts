import { groupBy } from '../../../core/group-by.ts';
import { addDays, type LocalDate } from '../../../core/time.ts';
import { minorOfMicros as minor, ratioOf, shortAmount, sumOfKnown } from '../declare/amounts.ts';
import type { Block, Column, Section, Value, View } from '../declare/page.ts';
import { grainFor, periodOf, periodsBetween } from '../declare/periods.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readAds, type AdRow } from '../read/marketing.repository.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';

/** The last complete days that campaigns are looked at over. */
export const AD_DAYS = 30;
const CHART_DAYS = 90;

export const FIGURES: readonly Column[] = [
  { name: 'spend', title: 'Spend', kind: 'money' },
  { name: 'clicks', title: 'Clicks', kind: 'count' },
  { name: 'claimed_value', title: 'Claimed', kind: 'money' },
  { name: 'claimed_roas', title: 'ROAS claimed', kind: 'multiple' },
  { name: 'orders', title: 'Chains', kind: 'count' },
  { name: 'net_revenue', title: 'Net revenue', kind: 'money' },
  { name: 'measured_roas', title: 'ROAS measured', kind: 'multiple' },
];
export const ROAS = 'Claimed ROAS is what the platform says it brought ÷ spend. Measured ROAS is net revenue to date of the chains whose campaign is that id or name and that began on these days ÷ spend. Ratios are of sums.';

/** What each platform cost and brought. */
export const platforms: Section = {
  name: 'platforms',
  title: `Platforms, last ${AD_DAYS} days`,
  definition: `${ROAS} Claims of platforms are never added up: each claims the same orders.`,
  unit: 'amounts of the currency of the ad accounts; ROAS as a multiple',
  async read(tx, view) {
    const { from, to } = adRange(view);
    const blocks = groupsOf(await readAds(tx, view.brands, from, to)).map(([scope, currency, own]): Block => {
      const table = [...groupBy(own, ({ platform }) => platform)].map(([platform, some]): Value[] => [platform, ...figuresOf(some, currency)]);
      return { scope, currency, columns: [{ name: 'platform', title: 'Platform', kind: 'text' }, ...FIGURES], rows: table.sort((a, b) => Number(b[1]) - Number(a[1])) };
    });
    return { blocks, coverage: await adFinality(tx, view) };
  },
};

/** What was spent, day by day. */
export const spendOverTime: Section = {
  name: 'spend',
  title: 'Spend by platform',
  definition: `Spend of the days of the ad accounts, of the last ${CHART_DAYS} complete days or of those that are asked for, from the first with spend on.`,
  unit: 'amounts of the currency of the ad accounts',
  async read(tx, view) {
    const last = lastFlowDay(view);
    const ads = await readAds(tx, view.brands, view.from ?? addDays(last, 1 - CHART_DAYS), last);
    const from = ads.reduce((first, { day, spendMicros }) => (spendMicros > 0 && day < first ? day : first), last);
    const grain = grainFor(from, last, 'day');
    const periods = periodsBetween(from, last, grain);
    const blocks = groupsOf(ads).map(([scope, currency, rows]): Block => {
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
    return { blocks, coverage: await adFinality(tx, view) };
  },
};

/** Spend, clicks, claims, chains and revenue of some rows together, in the order of FIGURES. */
export function figuresOf(rows: readonly AdRow[], currency: string): Value[] {
  const sum = (of: (row: AdRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const [spend, claimed] = [sum(({ spendMicros }) => spendMicros), sumOfKnown(rows.map(({ claimedMicros }) => claimedMicros))];
  const revenue = sum(({ hubRevenue }) => hubRevenue);
  return [minor(spend, currency), sumOfKnown(rows.map(({ clicks }) => clicks)), claimed === null ? null : minor(claimed, currency), claimed === null ? null : ratioOf(claimed, spend), sum(({ hubOrders }) => hubOrders), revenue, ratioOf(revenue, minor(spend, currency))];
}

/** The rows of each brand and currency. */
export function groupsOf(rows: readonly AdRow[]): (readonly [scope: string, currency: string, rows: readonly AdRow[]])[] {
  return [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [[first.scope, first.currency, own] as const];
  });
}

/** The days that campaigns are looked at over. */
export function adRange(view: View): { readonly from: LocalDate; readonly to: LocalDate } {
  const to = lastFlowDay(view);
  return { from: addDays(to, 1 - AD_DAYS), to };
}
