import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import { codeOf } from '../records/code.ts';
import type { RevenueFactRecord } from '../records/revenue-tables.ts';
import type { Purchase } from './acquisition.ts';
import { feeRuleOf, paymentFees } from './payment-fee.ts';
import type { RevenueSetup } from './revenue-setup.ts';
import { firstPurchase, shopEntries, type ShopEntry, type ShopPurchase } from './shop-entries.ts';
import type { ShopOrder, ShopVisit } from '../facts/shop-order.ts';

/** The system that the revenue of orders of shops comes from. */
const SHOP = 'shop';

/** An order of a shop that counts, with what its revenue is made of. */
export interface CountedShopOrder {
  readonly order: ShopOrder;
  readonly entries: readonly ShopEntry[];
  readonly purchase: ShopPurchase | undefined;
}

/** The orders that count: no tests, and none that billing has. */
export function countedOrders(orders: readonly ShopOrder[]): CountedShopOrder[] {
  return orders.filter(({ isCounted }) => isCounted).map((order) => {
    const entries = shopEntries(order);
    return { order, entries, purchase: firstPurchase(entries) };
  });
}

/** An order as what makes a customer, whose channel is that of the first visit; none if it never came to more than 0. */
export function shopPurchases({ order, purchase }: CountedShopOrder, { channelOf }: Pick<RevenueSetup, 'channelOf'>): Purchase[] {
  if (purchase === undefined) return [];
  const { brand, key: id, name: number, currency, market, firstVisit } = order;
  return [{ brand, date: purchase.on, number, id, currency, market, traits: () => ({ sku: mainSku(purchase), class: null, campaign: campaignOf(firstVisit), coupon: null, channel: channelOf(brand, firstVisit.campaign, firstVisit) }) }];
}

/**
 * The revenue of an order of a shop. The order stands in the place of account, invoice and chain: whatever counts by one of
 * them counts it once. Channel and campaign are those of the last visit before the purchase.
 *
 * @param acquiredOn when the person became a customer of the brand; undefined: never
 */
export function shopRecords(personId: string, { order, entries, purchase }: CountedShopOrder, acquiredOn: LocalDate | undefined, setup: RevenueSetup): RevenueFactRecord[] {
  const { brand, key, orderedOn, market, lastVisit } = order;
  const fees = feesOf(order, purchase, setup);
  const channel = setup.channelOf(brand, lastVisit.campaign, lastVisit);
  const campaign = campaignOf(lastVisit);
  const customerType = acquiredOn !== undefined && acquiredOn < orderedOn ? 'existing' : 'new';
  return entries.map((entry): RevenueFactRecord => {
    const { sale } = entry;
    return {
      ...{ brand, account_id: key, source: SHOP, source_id: sale.id, part: entry.part, fact_date: sale.on, kind: entry.kind, person_id: personId, market, currency: sale.currency },
      ...{ invoice_id: key, line_id: entry.lineId, refund_id: null, order_id: key, item_id: null, chain_id: key, chain_start: orderedOn, sku: sale.sku, category: entry.category },
      ...{ is_one_off: true, coupon_code: null, campaign, customer_type: customerType, quantity: entry.kind === 'sale' ? sale.quantity : null, amount: entry.amount, tax: entry.tax },
      ...{ channel, payment_fee: fees.get(entry) ?? null },
    };
  });
}

/** The payment fee of each sale of the purchase; none where no rule says what a payment costs. */
function feesOf({ brand, currency }: ShopOrder, purchase: ShopPurchase | undefined, { feeRules }: RevenueSetup): Map<ShopEntry, number> {
  const rule = purchase && feeRuleOf(feeRules, brand, currency, purchase.on);
  if (purchase === undefined || rule === undefined) return new Map();
  const sales = purchase.entries.filter(({ kind }) => kind === 'sale').sort((a, b) => compareText(a.sale.id, b.sale.id));
  const fees = paymentFees(rule, purchase.gross, sales.map(({ amount, tax }) => amount + tax));
  return new Map(sales.map((entry, index) => [entry, fees[index] ?? 0]));
}

/** Of the largest product. */
function mainSku({ entries }: ShopPurchase): string | null {
  const products = entries.filter(({ kind, category }) => kind === 'sale' && category === 'product');
  return products.sort((a, b) => b.amount - a.amount || compareText(a.sale.id, b.sale.id))[0]?.sale.sku ?? null;
}

function campaignOf({ campaign }: ShopVisit): string | null {
  return codeOf(campaign ?? '') || null;
}
