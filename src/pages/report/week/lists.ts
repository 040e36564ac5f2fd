import { groupBy } from '../../../core/group-by.ts';
import type { Digest, DigestProduct } from '../../../digest/digest.ts';
import type { Block, Column, Section, Value, View } from '../declare/page.ts';
import { readLists, weekText } from './read-week.ts';

const BRAND: Column = { name: 'brand', title: 'Brand', kind: 'text' };
const STATUSES = { out: 'out of stock', reorder: 'to reorder', stale: 'not counted lately' } as const;
const MOST = 40;

/** The products that leave most, and all that lose money. */
export const products: Section = {
  name: 'products',
  title: 'Best and negative products',
  definition: 'The products with the highest margin in the month of the Sunday, so far, then those with a margin below 0, the worst first. The page margin has all and says what a margin is.',
  unit: 'amounts of the currency, tax excluded',
  none: 'No margin is known of this month.',
  async read(tx, view) {
    const digests = await readLists(tx, view);
    const rows = digests.flatMap(({ bestProducts, negativeProducts }) => [...bestProducts, ...negativeProducts]);
    return { blocks: [...groupBy(rows, ({ currency }) => currency)].map(([currency, own]) => productBlock(currency, own, view)), coverage: digests.map(({ month }) => `Of ${month}.`)[0] ?? weekText(view) };
  },
};

/** Stock that wants attention. */
export const flaggedStock = listSection(
  { name: 'stock-flags', title: 'Stock that needs a hand', definition: 'Products that are out, have to be ordered or were not counted for more than 2 days, as it is now. The page stock has all.', unit: 'units', none: 'Nothing is out, to be ordered or stale.' },
  [{ name: 'sku', title: 'SKU', kind: 'text' }, BRAND, { name: 'location', title: 'Location', kind: 'text' }, { name: 'status', title: 'Status', kind: 'text' }, { name: 'available', title: 'Available', kind: 'number' }, { name: 'counted', title: 'Counted', kind: 'text' }],
  ({ stock }, nameOf) => stock.map(({ brand, sku, location, status, available, day }) => [sku, nameOf(brand), location, STATUSES[status], status === 'stale' ? null : Number(available), day]),
);

/** Alerts that were told of. */
export const alerts = listSection(
  { name: 'alerts', title: 'Alerts', definition: 'Alerts of config/alerts.yaml that were told of in the week, or still fire.', unit: 'dates since when', none: 'None.' },
  [{ name: 'title', title: 'Alert', kind: 'text' }, { name: 'subject', title: 'Of', kind: 'text' }, { name: 'severity', title: 'Severity', kind: 'text' }, { name: 'state', title: 'State', kind: 'text' }, { name: 'since', title: 'Since', kind: 'text' }],
  (digest) => digest.alerts.map(({ title, subject, severity, state, since }) => [title, subject, severity, state, since]),
);

/** How much of what the week rests on is known. */
export const coverage = listSection(
  { name: 'coverage', title: 'How much is known', definition: 'New customers of the week whose channel a rule knows, and net sales of the month whose cost is known, as a share of all.', unit: 'share of all' },
  [{ name: 'what', title: 'What', kind: 'text' }, { name: 'in', title: 'Currency', kind: 'text' }, { name: 'known', title: 'Known', kind: 'percent' }],
  (digest) => digest.coverage.map(({ label, currency, part, whole }) => [label, currency, whole === 0 ? null : part / whole]),
);

/** What earlier days came to be instead. */
export const changedPast: Section = {
  name: 'restated',
  title: 'What changed of the past',
  definition: 'Figures of days before the week that facts which came later, or corrections, have changed since it began. The pages revenue and subscriptions list them day by day.',
  unit: 'amounts of the currency',
  none: 'Nothing of it has changed.',
  async read(tx, view) {
    const digests = await readLists(tx, view);
    const rows = digests.flatMap(({ restated }) => restated);
    const columns: Column[] = [{ name: 'measure', title: 'Measure', kind: 'text' }, { name: 'days', title: 'Days', kind: 'count' }, { name: 'from', title: 'First', kind: 'text' }, { name: 'to', title: 'Last', kind: 'text' }, { name: 'change', title: 'Change', kind: 'money' }];
    const blocks = [...groupBy(rows, ({ currency }) => currency ?? '')].map(([currency, own]): Block => ({ scope: digests[0]?.scope ?? '*', currency: currency === '' ? null : currency, columns, rows: own.map(({ measure, days, from, to, change }) => [measure.replaceAll('_', ' '), days, from, to, change]) }));
    return { blocks, coverage: weekText(view) };
  },
};

/** Runs that failed in the week. */
export const weekRuns: Section = {
  name: 'failed-runs',
  title: 'Runs that failed',
  definition: 'Runs of the week that failed, or refused a part of what they were given, of all brands.',
  unit: 'runs',
  none: 'None.',
  async read(tx, view) {
    const rows = ((await readLists(tx, view))[0]?.failedRuns ?? []).map(({ command, status, runs }): Value[] => [command, status, runs]);
    const columns: Column[] = [{ name: 'command', title: 'Command', kind: 'text' }, { name: 'status', title: 'Ended', kind: 'text' }, { name: 'runs', title: 'Runs', kind: 'count' }];
    return { blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns, rows }], coverage: weekText(view) };
  },
};

function productBlock(currency: string, own: readonly DigestProduct[], view: View): Block {
  const columns: Column[] = [{ name: 'sku', title: 'SKU', kind: 'text' }, BRAND, { name: 'net_sales', title: 'Net sales', kind: 'money' }, { name: 'margin', title: 'Margin', kind: 'money' }];
  return { scope: '*', currency, columns, rows: own.map(({ sku, brand, netSales, margin }) => [sku, view.names.get(brand) ?? brand, netSales, margin]), marked: new Set(own.flatMap(({ margin }, index) => (margin < 0 ? [index] : []))) };
}

/** A section that is one list, without a currency. */
function listSection(texts: Omit<Section, 'read'>, columns: readonly Column[], rowsOf: (digest: Digest, nameOf: (brand: string) => string) => Value[][]): Section {
  return {
    ...texts,
    async read(tx, view) {
      const rows = (await readLists(tx, view)).flatMap((digest) => rowsOf(digest, (brand) => view.names.get(brand) ?? brand));
      return { blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns, rows, shown: { rows: MOST, from: 'start' } }], coverage: weekText(view) };
    },
  };
}
