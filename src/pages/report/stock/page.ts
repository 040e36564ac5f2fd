import { groupBy } from '../../../core/group-by.ts';
import { compareText } from '../../../core/compare.ts';
import type { Transaction } from '../../../db/database.ts';
import type { Block, Card, Column, ReportPage, Section, Value, View } from '../declare/page.ts';
import { readStockRows } from '../read/goods.repository.ts';

/** What has to be done first stands first. */
const URGENCY = ['out', 'reorder', 'stale', 'unknown', 'ok'];
const WORDS: Readonly<Record<string, string>> = { out: 'out of stock', reorder: 'reorder', stale: 'stale: not counted lately', unknown: 'nobody said when to reorder', ok: 'ok' };
const COLUMNS: readonly Column[] = [
  { name: 'sku', title: 'SKU', kind: 'text' },
  { name: 'location', title: 'Location', kind: 'text' },
  { name: 'status', title: 'Status', kind: 'text' },
  { name: 'available', title: 'Available', kind: 'number' },
  { name: 'on_hand', title: 'On hand', kind: 'number' },
  { name: 'reorder_point', title: 'Reorder at', kind: 'number' },
  { name: 'velocity', title: 'Sold a day', kind: 'number' },
  { name: 'days_left', title: 'Days left', kind: 'days' },
  { name: 'day', title: 'Counted', kind: 'text' },
];

const levels: Section = {
  name: 'stock-levels',
  title: 'What is left, and for how long',
  definition:
    'Available is what is on hand and not reserved. Sold a day is the mean of the last 28 complete days; days left is what all locations have ÷ that. Reorder: at or below its reorder point, or less days left than the lead time and a week. Stale: counted more than 2 days ago, so nothing else is said.',
  unit: 'units of the product; whole days',
  async read(tx, view) {
    const rows = await readStockRows(tx, view.brands);
    const blocks = [...groupBy(rows, ({ scope }) => scope)].map(([scope, own]): Block => {
      const sorted = own.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status) || (a.daysLeft ?? Infinity) - (b.daysLeft ?? Infinity) || compareText(a.sku, b.sku) || compareText(a.location, b.location));
      const table = sorted.map((row): Value[] => {
        const isStale = row.status === 'stale';
        return [row.sku, row.location === '' ? '(one place)' : row.location, WORDS[row.status] ?? row.status, isStale ? null : row.available, isStale ? null : row.onHand, row.reorderPoint, row.velocity, isStale ? null : row.daysLeft, row.day];
      });
      return { scope, currency: null, columns: COLUMNS, rows: table, marked: new Set(sorted.flatMap(({ status }, index) => (status === 'out' ? [index] : []))), shown: { rows: 60, from: 'start' } };
    });
    return { blocks, coverage: 'Products that no stock level was ever told of are not listed. A product that is not sold has no days left.' };
  },
};

/** What is left. */
export const stockPage: ReportPage = {
  name: 'stock',
  title: 'Stock',
  question: 'What runs out, what has to be ordered, and what do we not know?',
  headline,
  sections: [levels],
};

async function headline(tx: Transaction, view: View): Promise<readonly Card[]> {
  const rows = await readStockRows(tx, view.brands);
  if (rows.length === 0) return [];
  const count = (status: string): string => String(rows.filter((row) => row.status === status).length);
  const places = `of ${rows.length} places`;
  return [
    { value: count('out'), label: 'out of stock', note: places },
    { value: count('reorder'), label: 'to reorder', note: places },
    { value: count('stale'), label: 'not counted lately', note: 'more than 2 days ago' },
  ];
}
