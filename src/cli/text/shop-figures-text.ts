import { formatMinor } from '../../core/money.ts';
import type { ShopFigure, ShopFigures } from '../../shops/read/figures.repository.ts';
import { textTable } from '../table.ts';

const PARTS: readonly { readonly of: keyof ShopFigures; readonly title: string; readonly columns: readonly string[] }[] = [
  { of: 'orders', title: 'orders of shops', columns: ['total', 'refunded'] },
  { of: 'sales', title: 'sales', columns: ['net', 'tax'] },
  { of: 'movements', title: 'payments', columns: ['gross', 'fee', 'net'] },
  { of: 'payouts', title: 'payouts', columns: ['amount'] },
];

/** What shops sold and what came of it, a table for each kind of fact. */
export function shopFiguresText(figures: ShopFigures): string {
  return PARTS.map(({ of, title, columns }) =>
    textTable(
      [{ title }, { title: '' }, ...['number', ...columns].map((name) => ({ title: name, align: 'right' as const }))],
      figures[of].map((figure) => [figure.brand, figure.kind ?? '', figure.rows, ...columns.map((name) => amountOf(figure, name))]),
    ),
  ).join('\n\n');
}

function amountOf({ sums, currency }: ShopFigure, name: string): string {
  return formatMinor(sums[name] ?? 0, currency);
}
