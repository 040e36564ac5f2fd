import { groupBy } from '../../../core/group-by.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readPacing } from '../read/marketing.repository.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';

const COLUMNS: readonly Column[] = [
  { name: 'platform', title: 'Platform', kind: 'text' },
  { name: 'budget', title: 'Budget', kind: 'money' },
  { name: 'spend', title: 'Spend', kind: 'money' },
  { name: 'days_done', title: 'Days done', kind: 'count' },
  { name: 'pace', title: 'Pace', kind: 'percent' },
  { name: 'forecast', title: 'Month comes to', kind: 'money' },
];
const ALL = '*';

/** How spend of the month keeps to its budget. */
export const pace: Section = {
  name: 'pacing',
  title: 'Spend against budget',
  definition:
    'Pace is spend ÷ the part of the budget that belongs to the days done; 100 % is on plan. The month comes to spend so far and, for the days left, the mean of the last 7 complete ad days.',
  unit: 'amounts of the currency of the ad accounts, of the month of the last complete day',
  async read(tx, view) {
    const rows = await readPacing(tx, view);
    const blocks = [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own): Block[] => {
      const [first] = own;
      if (first === undefined) return [];
      const sorted = own.toSorted((a, b) => Number(b.platform === ALL) - Number(a.platform === ALL));
      const table = sorted.map((row): Value[] => [row.platform === ALL ? 'All platforms' : row.platform, row.budget, row.spend, row.daysDone, row.pace, row.forecast]);
      return [{ scope: first.scope, currency: first.currency, columns: COLUMNS, rows: table, sums: sorted[0]?.platform === ALL ? 1 : 0 }];
    });
    return { blocks, coverage: `Of ${lastFlowDay(view).slice(0, 7)}. A platform without a budget has no pace. ${await adFinality(tx, view)}` };
  },
};
