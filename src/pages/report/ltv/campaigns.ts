import { groupBy } from '../../../core/group-by.ts';
import { ratioOf } from '../declare/amounts.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readCampaigns } from '../read/campaigns.repository.ts';

const COLUMNS: readonly Column[] = [
  { name: 'kind', title: 'Kind', kind: 'text' },
  { name: 'code', title: 'Code', kind: 'text' },
  { name: 'customer_type', title: 'Customers', kind: 'text' },
  { name: 'chains', title: 'Chains', kind: 'count' },
  { name: 'discount', title: 'Discount', kind: 'money' },
  { name: 'spend', title: 'Ad spend', kind: 'money' },
  { name: 'net_30', title: 'Net, 30 days', kind: 'money' },
  { name: 'net_90', title: '90 days', kind: 'money' },
  { name: 'net_365', title: '365 days', kind: 'money' },
  { name: 'net_to_date', title: 'To date', kind: 'money' },
  { name: 'return', title: 'Return', kind: 'multiple' },
  { name: 'chains_30', title: 'Chains of 30 days', kind: 'count' },
  { name: 'chains_90', title: 'Chains of 90 days', kind: 'count' },
  { name: 'chains_365', title: 'Chains of 365 days', kind: 'count' },
];
const UNSHOWN = new Set(['chains_30', 'chains_90', 'chains_365']);

/** What coupons and campaigns brought. */
export const campaigns: Section = {
  name: 'coupons-and-campaigns',
  title: 'Coupons and campaigns',
  definition:
    'By the chain that a coupon or campaign brought, so nothing counts twice. Net revenue within 30, 90 and 365 days is of chains that are that old. Ad spend is that of the campaign with that id or name, on the row of new customers. Return is net revenue to date over discount and ad spend; it does not say what would have been bought without.',
  unit: 'amounts of the currency, tax excluded; return as a multiple',
  async read(tx, view) {
    const rows = await readCampaigns(tx, view.brands);
    const blocks = [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own): Block[] => {
      const [first] = own;
      if (first === undefined) return [];
      const sorted = own.toSorted((a, b) => b.net_to_date - a.net_to_date || (a.code < b.code ? -1 : 1));
      const table = sorted.map((row): Value[] => {
        return [row.kind, row.code, row.customer_type, row.chains, row.discount, row.spend, row.net_30, row.net_90, row.net_365, row.net_to_date, ratioOf(row.net_to_date, (row.spend ?? 0) - row.discount), row.chains_30, row.chains_90, row.chains_365];
      });
      return [{ scope: first.scope, currency: first.currency, columns: COLUMNS, rows: table, unshown: UNSHOWN, shown: { rows: 30, from: 'start' } }];
    });
    return { blocks, coverage: `Chains without a coupon and campaign are not listed. What gave no discount and has no known ad spend has no return. The data files say of how many chains each figure is. Ad figures: ${await adFinality(tx, view)}` };
  },
};
