import type { ValueRow } from './gamma-gamma.ts';

/** Pearson's correlation of repeat purchases and their mean amount among repeaters; 0 where one of them never varies. */
export function correlationOf(rows: readonly ValueRow[]): number {
  const repeaters = rows.filter(({ x }) => x > 0);
  const customers = repeaters.reduce((sum, row) => sum + row.customers, 0);
  const mean = (valueOf: (row: ValueRow) => number): number => repeaters.reduce((sum, row) => sum + row.customers * valueOf(row), 0) / customers;
  const [x, m] = [mean((row) => row.x), mean((row) => row.m)];
  const [xx, mm] = [mean((row) => (row.x - x) ** 2), mean((row) => (row.m - m) ** 2)];
  return xx > 0 && mm > 0 ? mean((row) => (row.x - x) * (row.m - m)) / Math.sqrt(xx * mm) : 0;
}
