import { groupBy } from '../../../core/group-by.ts';
import { shortAmount } from '../declare/amounts.ts';
import { scopesOf, type Block, type Column, type Section, type Value } from '../declare/page.ts';
import { incompletePeriod } from '../declare/periods.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readAcquisition, readUnclassified, type AcquisitionRow } from '../read/marketing.repository.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';
import { addDays } from '../../../core/time.ts';

const BY_MONTH: readonly Column[] = [
  { name: 'month', title: 'Month', kind: 'text' },
  { name: 'spend', title: 'Spend', kind: 'money' },
  { name: 'customers_new', title: 'New customers', kind: 'count' },
  { name: 'cac_blended', title: 'CAC blended', kind: 'money' },
  { name: 'customers_paid', title: 'Through ads', kind: 'count' },
  { name: 'cac_paid', title: 'CAC paid', kind: 'money' },
  { name: 'reason', title: 'Why none', kind: 'text' },
];
const BY_CHANNEL: readonly Column[] = [
  { name: 'month', title: 'Month', kind: 'text' },
  { name: 'channel', title: 'Channel', kind: 'text' },
  { name: 'spend', title: 'Spend', kind: 'money' },
  { name: 'customers_new', title: 'New customers', kind: 'count' },
  { name: 'cac', title: 'CAC', kind: 'money' },
  { name: 'reason', title: 'Why none', kind: 'text' },
];
/** Why there is no figure, as people read it. */
const REASONS: Readonly<Record<string, string>> = {
  no_customers: 'no new customer',
  no_spend_data: 'no spend known',
  several_currencies: 'spend in several currencies, no rates',
};
const TOTALS = new Set(['paid', 'blended']);
const LAST_DAYS = 90;
/** Before the first spend there is nothing to see. */
const SINCE_SPEND = (row: AcquisitionRow): boolean => row.reason !== 'no_spend_data';

/** What a new customer cost, by month. */
export const acquisitionByMonth: Section = {
  name: 'acquisition-cost',
  title: 'What a new customer costs',
  definition:
    'CAC is spend of the month ÷ customers whose first invoice above 0 is of that month. Blended takes all of them, paid only those whose channel is an advertising platform.',
  unit: 'amounts of the currency of the ad accounts per customer',
  async read(tx, view) {
    const rows = (await readAcquisition(tx, view, scopesOf(view))).filter(({ channel }) => TOTALS.has(channel));
    const incomplete = incompletePeriod(lastFlowDay(view), 'month');
    const blocks = groups(rows.filter(SINCE_SPEND)).map(([scope, currency, own]): Block => {
      const months = [...groupBy(own, ({ month }) => month)].map(([month, both]) => ({ month, blended: both.find(({ channel }) => channel === 'blended'), paid: both.find(({ channel }) => channel === 'paid') }));
      const table = months.map(({ month, blended, paid }): Value[] => [month, blended?.spend ?? null, blended?.customersNew ?? null, blended?.cac ?? null, paid?.customersNew ?? null, paid?.cac ?? null, reasonText(blended?.reason ?? paid?.reason ?? null)]);
      // A line would lead into the month that is not over as if it could be compared.
      const whole = months.filter(({ month }) => month !== incomplete);
      const hasCost = whole.some(({ blended, paid }) => (blended?.cac ?? paid?.cac ?? null) !== null);
      const chart = currency === null || !hasCost ? undefined : {
        kind: 'lines' as const,
        labels: whole.map(({ month }) => month),
        series: [{ name: 'CAC blended', values: whole.map(({ blended }) => blended?.cac ?? null) }, { name: 'CAC paid', values: whole.map(({ paid }) => paid?.cac ?? null) }],
        format: (value: number) => shortAmount(value, currency),
      };
      return { scope, currency, columns: BY_MONTH, rows: table, shown: { rows: 13, from: 'end' }, incomplete, chart };
    });
    const last = lastFlowDay(view);
    const { unclassified, all } = await readUnclassified(tx, view.brands, addDays(last, -LAST_DAYS), last);
    return { blocks, coverage: `${unclassified} of ${all} new customers of the last ${LAST_DAYS} days came by a campaign that no rule knows: they count in blended, not in paid. Months before the first known spend are left out. Of spend: ${lowered(await adFinality(tx, view))}` };
  },
};

/** The same by channel. */
export const acquisitionByChannel: Section = {
  name: 'acquisition-by-channel',
  title: 'What a new customer costs, by channel',
  definition: 'Spend on a platform ÷ new customers whose campaign is of that channel. Channels that are no advertising platform have no spend here.',
  unit: 'amounts of the currency of the ad accounts per customer',
  async read(tx, view) {
    const rows = (await readAcquisition(tx, view, scopesOf(view))).filter((row) => !TOTALS.has(row.channel) && SINCE_SPEND(row));
    const blocks = groups(rows).map(([scope, currency, own]): Block => {
      const table = own.toSorted((a, b) => (a.month < b.month ? 1 : a.month > b.month ? -1 : 0)).map((row): Value[] => [row.month, row.channel, row.spend, row.customersNew, row.cac, reasonText(row.reason)]);
      return { scope, currency, columns: BY_CHANNEL, rows: table, shown: { rows: 15, from: 'start' }, incomplete: incompletePeriod(lastFlowDay(view), 'month') };
    });
    return { blocks, coverage: `The channel is that of the campaign of the first purchase, by the rules of config/rules/channel.yaml. Of spend: ${lowered(await adFinality(tx, view))}` };
  },
};

function groups(rows: readonly AcquisitionRow[]): (readonly [scope: string, currency: string | null, rows: readonly AcquisitionRow[]])[] {
  return [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency ?? ''}`).values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [[first.scope, first.currency, own] as const];
  });
}

/** A sentence behind a colon. */
function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function reasonText(reason: string | null): string | null {
  return reason === null ? null : (REASONS[reason] ?? reason);
}
