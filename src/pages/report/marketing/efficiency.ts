import { groupBy } from '../../../core/group-by.ts';
import { compareText } from '../../../core/compare.ts';
import { addMonths, type LocalDate } from '../../../core/time.ts';
import { minorOfMicros as minor, ratioOf, sumOfKnown } from '../declare/amounts.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { incompletePeriod } from '../declare/periods.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readAds } from '../read/marketing.repository.ts';
import { lastFlowDay, readRevenue } from '../read/revenue.repository.ts';

const COLUMNS: readonly Column[] = [
  { name: 'month', title: 'Month', kind: 'text' },
  { name: 'net_revenue', title: 'Net revenue', kind: 'money' },
  { name: 'spend', title: 'Spend', kind: 'money' },
  { name: 'mer', title: 'MER', kind: 'multiple' },
  { name: 'net_sales', title: 'Net sales', kind: 'money' },
  { name: 'claimed_value', title: 'Claimed by all', kind: 'money' },
  { name: 'over_claim', title: 'Over-claim', kind: 'multiple' },
];
const MONTHS = 24;

/** What marketing brings as a whole. */
export const efficiency: Section = {
  name: 'efficiency',
  title: 'Marketing as a whole',
  definition:
    'MER is net revenue ÷ all spend. Over-claim is what all platforms claim together ÷ net sales (gross sales less discounts): above 1 they claim more than was sold. Both of the brands that are shown, in one currency.',
  unit: 'amounts of the currency; MER and over-claim as a multiple',
  async read(tx, view) {
    const last = lastFlowDay(view);
    const from = addMonths(`${last.slice(0, 7)}-01` as LocalDate, 1 - MONTHS);
    const ads = await readAds(tx, view.brands, from, last);
    const firstSpend = ads.map(({ day }) => day.slice(0, 7)).sort(compareText)[0];
    const revenue = (await readRevenue(tx, { ...view, from }, 'brand')).filter(({ day }) => firstSpend !== undefined && day.slice(0, 7) >= firstSpend);
    const currencies = [...new Set(ads.map(({ currency }) => currency))].sort();
    const blocks = currencies.map((currency): Block => {
      const ownAds = groupBy(ads.filter((row) => row.currency === currency), ({ day }) => day.slice(0, 7));
      const ownRevenue = groupBy(revenue.filter((row) => row.currency === currency), ({ day }) => day.slice(0, 7));
      const months = [...new Set([...ownAds.keys(), ...ownRevenue.keys()])].sort();
      const rows = months.map((month): Value[] => {
        const [days, sold] = [ownAds.get(month) ?? [], ownRevenue.get(month) ?? []];
        const spend = minor(days.reduce((sum, { spendMicros }) => sum + spendMicros, 0), currency);
        const micros = sumOfKnown(days.map(({ claimedMicros }) => claimedMicros));
        const claimed = micros === null ? null : minor(micros, currency);
        const net = sold.reduce((sum, { net_revenue: own }) => sum + own, 0);
        const sales = sold.reduce((sum, { gross_sales: gross, discounts }) => sum + gross + discounts, 0);
        return [month, net, spend, ratioOf(net, spend), sales, claimed, claimed === null ? null : ratioOf(claimed, sales)];
      });
      const incomplete = incompletePeriod(last, 'month');
      const values = rows.map(([, , , mer]) => (typeof mer === 'number' ? mer : null));
      // Where nothing came in, bars without a height would show an empty frame.
      const isDrawn = values.some((mer) => mer !== null && mer > 0);
      return {
        ...{ scope: '*', currency, columns: COLUMNS, rows, shown: { rows: 13, from: 'end' }, incomplete },
        chart: isDrawn ? { kind: 'bars', labels: months, series: [{ name: 'MER', values }], format: (value) => value.toFixed(1), incomplete } : undefined,
      };
    });
    return { blocks, coverage: await adFinality(tx, view) };
  },
};
