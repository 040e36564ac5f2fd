import { byKey, compareText } from '../../../core/compare.ts';
import { groupBy } from '../../../core/group-by.ts';
import { amountText } from '../declare/amounts.ts';
import { marginOf } from '../margin/product-margins.ts';
import type { ProductRow, StockRow } from '../read/goods.repository.ts';
import { flagOf, type Flag } from './flag.ts';

/** What has to be done first, in this order. */
const STOCK = { out: 'Out of stock', reorder: 'To reorder', stale: 'Stock not counted lately' } as const;

/** Products that lose money, the largest loss first, and products whose cost nobody knows. */
export function marginFlags(rows: readonly ProductRow[]): Flag[] {
  const products = [...groupBy(rows.filter(({ sku }) => sku !== ''), ({ scope, sku, currency }) => JSON.stringify([scope, sku, currency])).values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [{ ...first, margin: marginOf(own) }];
  });
  const negative = products.filter(({ margin }) => margin !== null && margin < 0).sort((a, b) => (a.margin ?? 0) - (b.margin ?? 0) || compareText(a.sku, b.sku));
  const unknown = products.filter(({ margin }) => margin === null).sort((a, b) => b.netSales - a.netSales || compareText(a.sku, b.sku));
  return [
    ...byBrand(negative).flatMap(([brand, own]) => flagOf('Products that lose money', brand, own.map(({ sku, margin, currency }) => `${sku} (${amountText(margin ?? 0, currency)} ${currency})`), 'margin')),
    ...byBrand(unknown).flatMap(([brand, own]) => flagOf('Products without a known cost', brand, [...new Set(own.map(({ sku }) => sku))], 'margin')),
  ];
}

/** What is out, has to be ordered, or was not counted lately: what runs out first stands first. */
export function stockFlags(rows: readonly StockRow[]): Flag[] {
  const sorted = rows.toSorted((a, b) => (a.daysLeft ?? Infinity) - (b.daysLeft ?? Infinity) || compareText(a.sku, b.sku) || compareText(a.location, b.location));
  return Object.entries(STOCK).flatMap(([status, what]) =>
    byBrand(sorted.filter((row) => row.status === status)).flatMap(([brand, own]) => flagOf(what, brand, own.map(({ sku, location }) => (location === '' ? sku : `${sku} (${location})`)), 'stock')),
  );
}

function byBrand<Item extends { readonly scope: string }>(items: readonly Item[]): [brand: string, own: Item[]][] {
  return [...groupBy(items, ({ scope }) => scope)].sort(byKey);
}
