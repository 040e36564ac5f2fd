import { groupBy } from '../../../core/group-by.ts';
import type { Transaction } from '../../../db/database.ts';
import { amountText, percentText, ratioOf, shortAmount } from '../declare/amounts.ts';
import type { Block, Card, Column, ReportPage, Section, Value, View } from '../declare/page.ts';
import { incompletePeriod } from '../declare/periods.ts';
import { readProducts, type ProductRow } from '../read/goods.repository.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';
import { restatedSection } from '../restated/restated-section.ts';
import { MARGIN_MONTHS, firstMarginMonth, marginOf, productSum as sum } from './product-margins.ts';

const FIGURES: readonly Column[] = [
  { name: 'net_sales', title: 'Net sales', kind: 'money' },
  { name: 'margin', title: 'Margin', kind: 'money' },
  { name: 'margin_share', title: 'Margin %', kind: 'percent' },
  { name: 'covered_sales', title: 'Sales with known cost', kind: 'money' },
  { name: 'cost', title: 'Cost', kind: 'money' },
  { name: 'fulfilment', title: 'Fulfilment', kind: 'money' },
  { name: 'payment_fees', title: 'Payment fees', kind: 'money' },
];
const BY_SKU: readonly Column[] = [{ name: 'sku', title: 'SKU', kind: 'text' }, { name: 'quantity', title: 'Units', kind: 'number' }, ...FIGURES];
const BY_MONTH: readonly Column[] = [{ name: 'month', title: 'Month', kind: 'text' }, ...FIGURES, { name: 'coverage', title: 'Cost known', kind: 'percent' }];
const DEFINITION = 'Margin is net sales (sales less discounts, credits and refunds, without tax) less cost, fulfilment and payment fees, of what has a known cost; margin % is its share of those sales. A refund lowers sales, not cost.';
const ALONGSIDE = 'shipping and fees';

const bySku: Section = {
  name: 'products-by-margin',
  title: `Products by margin, last ${MARGIN_MONTHS} months`,
  definition: `${DEFINITION} The lowest margin first; what has no known cost stands last. The month that is not over is among them.`,
  unit: 'amounts of the currency, tax excluded; units sold',
  async read(tx, view) {
    const first = firstMarginMonth(view);
    const rows = (await readProducts(tx, view)).filter(({ month }) => month >= first);
    const blocks = groupsOf(rows).map(([scope, currency, own]): Block => {
      const table = [...groupBy(own, ({ sku }) => sku)].map(([sku, some]) => ({ margin: marginOf(some), row: [sku === '' ? ALONGSIDE : sku, some.reduce((sum, { quantity }) => sum + quantity, 0), ...figuresOf(some)] as Value[] }));
      const sorted = table.sort((a, b) => (a.margin ?? Infinity) - (b.margin ?? Infinity));
      return { scope, currency, columns: BY_SKU, rows: sorted.map(({ row }) => row), marked: new Set(sorted.flatMap(({ margin }, index) => (margin !== null && margin < 0 ? [index] : []))), shown: { rows: 40, from: 'start' } };
    });
    return { blocks, coverage: coverageText(rows) };
  },
};

const byMonth: Section = {
  name: 'margin-by-month',
  title: 'Margin by month',
  definition: DEFINITION,
  unit: 'amounts of the currency, tax excluded',
  async read(tx, view) {
    const rows = await readProducts(tx, view);
    const incomplete = incompletePeriod(lastFlowDay(view), 'month');
    const blocks = groupsOf(rows).map(([scope, currency, own]): Block => {
      const months = [...groupBy(own, ({ month }) => month)];
      const table = months.map(([month, some]): Value[] => [month, ...figuresOf(some), ratioOf(sum(some, 'coveredSales'), sum(some, 'netSales'))]);
      return {
        ...{ scope, currency, columns: BY_MONTH, rows: table, shown: { rows: 13, from: 'end' }, incomplete },
        chart: { kind: 'bars', labels: months.map(([month]) => month), series: [{ name: 'Margin', values: months.map(([, some]) => marginOf(some)) }], format: (value) => shortAmount(value, currency), incomplete },
      };
    });
    return { blocks, coverage: coverageText(rows) };
  },
};

/** What is left of what is sold. */
export const marginPage: ReportPage = {
  name: 'margin',
  title: 'Margin',
  question: 'Which products earn money, and which do not?',
  headline,
  sections: [bySku, byMonth, restatedSection([{ table: 'metric_products', period: 'month', measures: ['net_sales', 'margin'], isMoney: true }], 'Month')],
};

async function headline(tx: Transaction, view: View): Promise<readonly Card[]> {
  const first = firstMarginMonth(view);
  const rows = (await readProducts(tx, view)).filter(({ month }) => month >= first);
  return [...groupBy(rows, ({ currency }) => currency)].map(([currency, own]): Card => {
    const margin = marginOf(own);
    const negative = [...groupBy(own, ({ scope, sku }) => `${scope}\t${sku}`).values()].filter((some) => (marginOf(some) ?? 0) < 0).length;
    const share = ratioOf(sum(own, 'coveredSales'), sum(own, 'netSales'));
    return { value: margin === null ? '–' : amountText(margin, currency), label: `${currency} margin, last ${MARGIN_MONTHS} months`, note: `${negative} products below 0; cost known of ${share === null ? 'nothing' : percentText(share)} of sales` };
  });
}

function figuresOf(rows: readonly ProductRow[]): Value[] {
  const margin = marginOf(rows);
  const covered = sum(rows, 'coveredSales');
  return [sum(rows, 'netSales'), margin, margin === null ? null : ratioOf(margin, covered), covered, sum(rows, 'cost'), sum(rows, 'fulfilment'), sum(rows, 'paymentFees')];
}

function groupsOf(rows: readonly ProductRow[]): (readonly [scope: string, currency: string, rows: readonly ProductRow[]])[] {
  return [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [[first.scope, first.currency, own] as const];
  });
}

function coverageText(rows: readonly ProductRow[]): string {
  const products = new Map([...groupBy(rows.filter(({ sku }) => sku !== ''), ({ scope, sku }) => `${scope}\t${sku}`)].map(([key, some]) => [key, marginOf(some) !== null]));
  const unknown = [...products.values()].filter((isKnown) => !isKnown).length;
  return `${unknown} of ${products.size} products have no known cost: their sales are in no margin. Payment fees are those of metrics.payment_fees in the configuration; shipping and fees that customers paid are one row without a cost: what shipping costs is the fulfilment of the products.`;
}
