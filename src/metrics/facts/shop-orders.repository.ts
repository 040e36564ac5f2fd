import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf, type StoredValues } from '../../db/dialect.ts';
import { rowsByKeys } from '../../engine/records/stored-records.repository.ts';
import { shopOrders, shopSales } from '../../shops/records/tables.ts';
import type { ShopOrder, ShopSale } from './shop-order.ts';

const ORDER = [
  ...['brand', 'source_id', 'buyer_id', 'order_name', 'ordered_on', 'country', 'currency', 'is_test', 'billing_order_id'],
  ...['first_utm_campaign', 'first_utm_source', 'first_utm_medium', 'first_referrer_host', 'last_utm_campaign', 'last_utm_source', 'last_utm_medium', 'last_referrer_host'],
];
const SALE = ['order_key', 'source_id', 'happened_on', 'kind', 'line_type', 'line_id', 'sku', 'quantity', 'currency', 'net', 'tax', 'discount'];

/** The orders of shops of some persons with their sales, by the id of the buyer: the person, or one of its own for an order of nobody known. */
export async function readShopOrders(database: Database, tx: Transaction, personIds: readonly string[]): Promise<Map<string, ShopOrder[]>> {
  const orders = await rowsByKeys({ database, tx }, shopOrders.name, 'buyer_id', { keys: personIds }, ORDER);
  const found = new Map<string, ShopOrder[]>();
  for (const [brand, own] of groupBy(orders, ([name]) => String(name))) {
    const sales = groupBy(await rowsByKeys({ database, tx }, shopSales.name, 'order_key', { brand, keys: own.map(([, key]) => String(key)) }, SALE), ([key]) => String(key));
    for (const row of own) {
      const buyer = String(row[2]);
      const order = orderOf(row, (sales.get(String(row[1])) ?? []).map(saleOf));
      found.set(buyer, [...(found.get(buyer) ?? []), order]);
    }
  }
  return found;
}

function orderOf(row: StoredValues, sales: readonly ShopSale[]): ShopOrder {
  const [brand, key, , name, orderedOn, country, currency, isTest, billing, ...visits] = row;
  const visit = (from: number): ShopOrder['firstVisit'] => {
    const [campaign = null, utmSource = null, utmMedium = null, referrerHost = null] = visits.slice(from, from + 4).map(textOf);
    return { campaign, utmSource, utmMedium, referrerHost };
  };
  return {
    ...{ brand: String(brand), key: String(key), name: textOf(name), orderedOn: String(orderedOn) as LocalDate, market: textOf(country), currency: String(currency) },
    ...{ isCounted: Number(isTest) === 0 && textOf(billing) === null, firstVisit: visit(0), lastVisit: visit(4), sales },
  };
}

function saleOf([, id, on, action, lineType, lineId, sku, quantity, currency, net, tax, discount]: StoredValues): ShopSale {
  return {
    ...{ id: String(id), on: String(on) as LocalDate, action: String(action), lineType: textOf(lineType), lineId: textOf(lineId), sku: textOf(sku) },
    ...{ quantity: textOf(quantity), currency: String(currency), net: Number(net), tax: Number(tax), discount: Number(discount) },
  };
}
