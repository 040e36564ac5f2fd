import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import type { ChargeCategory } from '../../enriched/rules/facts.ts';
import type { RevenueKind } from './revenue-entry.ts';
import type { ShopOrder, ShopSale } from '../facts/shop-order.ts';

/** One signed entry of the revenue of a shop's order. Minor units. */
export interface ShopEntry {
  readonly sale: ShopSale;
  readonly kind: RevenueKind;
  /** Tells the entries of one sale apart. */
  readonly part: string;
  readonly category: ChargeCategory;
  /** The line of the order; of several sales of a line the first alone has it, as what lowers it refers to one sale. */
  readonly lineId: string | null;
  readonly amount: number;
  readonly tax: number;
}

/** What Shopify calls lines, in the words of billing's; others are not classified, such as gift cards. */
const CATEGORIES: Readonly<Record<string, ChargeCategory>> = { product: 'product', shipping: 'shipping', fee: 'fee', additional_fee: 'fee', duty: 'fee', tip: 'fee' };

/**
 * The revenue of an order, by what its sales agreements say: a sale before its discount and the discount, on their day; a return
 * is a refund; an edit that lowers the order is a credit, one that raises it a sale. Σ amount = Σ net of the sales.
 */
export function shopEntries({ sales }: Pick<ShopOrder, 'sales'>): ShopEntry[] {
  const sold = new Set<string>();
  return [...sales].sort((a, b) => compareText(a.on, b.on) || compareText(a.id, b.id)).flatMap((sale) => {
    const entries = entriesOf(sale);
    const isRepeated = entries[0]?.kind === 'sale' && sale.lineId !== null && sold.has(sale.lineId);
    if (entries[0]?.kind === 'sale' && sale.lineId !== null) sold.add(sale.lineId);
    const common = { sale, category: CATEGORIES[sale.lineType ?? ''] ?? ('unclassified' as const), lineId: isRepeated ? null : sale.lineId };
    return entries.map((entry): ShopEntry => ({ ...common, ...entry }));
  });
}

function entriesOf({ action, net, tax, discount }: ShopSale): Pick<ShopEntry, 'kind' | 'part' | 'amount' | 'tax'>[] {
  if (action === 'return') return [{ kind: 'refund', part: 'return', amount: net, tax }];
  if (action !== 'order' && net + tax < 0) return [{ kind: 'credit', part: 'edit', amount: net, tax }];
  const sale = { kind: 'sale', part: 'sale', amount: net + discount, tax } as const;
  return discount === 0 ? [sale] : [sale, { kind: 'discount', part: 'discount', amount: -discount, tax: 0 }];
}

/** What was bought of an order on one day: entries that stand for an invoice. */
export interface ShopPurchase {
  readonly on: LocalDate;
  /** With tax, above 0. */
  readonly gross: number;
  readonly entries: readonly ShopEntry[];
}

/** The first day on which an order came to more than 0; undefined if it never did. */
export function firstPurchase(entries: readonly ShopEntry[]): ShopPurchase | undefined {
  const bought = entries.filter(({ kind }) => kind === 'sale' || kind === 'discount');
  for (const on of [...new Set(bought.map(({ sale }) => sale.on))].sort()) {
    const own = bought.filter(({ sale }) => sale.on === on);
    const gross = own.reduce((sum, { amount, tax }) => sum + amount + tax, 0);
    if (gross > 0) return { on, gross, entries: own };
  }
  return undefined;
}
