import { groupBy } from '../../core/group-by.ts';
import type { Transaction } from '../../db/database.ts';
import type { Columns, RecordIn, RecordTable } from '../../engine/records/record-table.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { sourceIdOf } from '../../sources/contract/source-id.ts';
import { shopifyOrderAgreements } from '../../sources/streams/shopify/order-agreements.ts';
import { shopifyOrderLines } from '../../sources/streams/shopify/order-lines.ts';
import { shopifyOrderSales } from '../../sources/streams/shopify/order-sales.ts';
import { shopifyOrders } from '../../sources/streams/shopify/orders.ts';
import { shopifyShop } from '../../sources/streams/shopify/shop.ts';
import { stripeBalanceTransactions } from '../../sources/streams/stripe/balance-transactions.ts';
import { stripePayoutMovements } from '../../sources/streams/stripe/payout-movements.ts';
import { stripePayouts } from '../../sources/streams/stripe/payouts.ts';
import type { RawValues } from '../decide/raw-values.ts';
import { shopOrder, shopSale } from '../decide/shopify.ts';
import { paymentMovement, payout } from '../decide/stripe.ts';
import { paymentMovements, payouts, shopOrders, shopSales } from '../records/tables.ts';
import { buyersOfOrders, buyersOfSales, type BuyersOf } from './buyers.repository.ts';
import { billingOrders, ordersReferredTo } from './billing-references.repository.ts';
import { deletedAmong, idsAmong, rowsWith, shopZones, type ChangeRange } from './raw-rows.repository.ts';

/** A kind of fact: from the rows of which stream it is derived, and which other streams concern it. */
export interface Derivation<Content extends Columns = Columns> {
  readonly table: RecordTable<Content>;
  readonly from: Entity;
  /** Of other streams: the keys of `from` that rows with these keys concern, or all of them. */
  readonly also: readonly { readonly stream: Entity; readonly keysOf: (tx: Transaction, brand: string, keys: readonly string[]) => Promise<readonly string[] | 'all'> }[];
  /** The keys of `from` that what changed outside of the streams concerns, or all of them. */
  readonly outside?: (tx: Transaction, range: ChangeRange) => Promise<readonly string[] | 'all'>;
  /** Whose revenue changes with facts, by the facts as they were and as they are. */
  readonly buyersOf?: BuyersOf;
  /** The facts of some rows of `from`; rows that are no money have none. */
  readonly derive: (tx: Transaction, brand: string, rows: readonly RawValues[]) => Promise<readonly RecordIn<RecordTable<Content>>[]>;
}

const UTC = 'UTC';
const everything = (): Promise<'all'> => Promise.resolve('all');
const idsOf = (rows: readonly RawValues[], column: string): string[] => [...new Set(rows.flatMap((row) => row[column] ?? []))];
/** The key of a row in another stream of the same account. */
const joined = (row: RawValues, column: string): string => sourceIdOf(row['account'] ?? '', [row[column] ?? '']);

const ordersOfShops: Derivation<typeof shopOrders.columns> = {
  table: shopOrders,
  from: shopifyOrders,
  also: [{ stream: shopifyShop, keysOf: everything }],
  outside: ordersReferredTo,
  buyersOf: buyersOfOrders,
  async derive(tx, brand, rows) {
    const [zones, billing] = [await shopZones(tx, brand), await billingOrders(tx, brand, [...idsOf(rows, 'order_name'), ...idsOf(rows, 'id')])];
    return rows.flatMap((row) => shopOrder(row, zones.get(row['account'] ?? '') ?? UTC, referredBy(row, billing)) ?? []);
  },
};

function referredBy(row: RawValues, billing: ReadonlyMap<string, string>): string | null {
  const named = [...new Set([row['order_name'], row['id']].flatMap((reference) => (reference === null || reference === undefined ? [] : (billing.get(reference) ?? []))))];
  return named.length === 1 ? (named[0] ?? null) : null;
}

const sales: Derivation<typeof shopSales.columns> = {
  table: shopSales,
  from: shopifyOrderSales,
  buyersOf: buyersOfSales,
  also: [
    { stream: shopifyShop, keysOf: everything },
    { stream: shopifyOrderAgreements, keysOf: (tx, brand, keys) => salesOf(tx, brand, 'source_id', keys) },
    // A deleted order takes its sales along, and one that is there again brings them back.
    { stream: shopifyOrders, keysOf: async (tx, brand, keys) => salesOf(tx, brand, 'order_id', await idsAmong(tx, shopifyOrders, brand, keys)) },
  ],
  async derive(tx, brand, rows) {
    const byKey = async (stream: Entity, wanted: readonly string[]): Promise<Map<string, RawValues>> => new Map((await rowsWith(tx, stream, brand, 'source_id', [...new Set(wanted)])).map((row) => [row['source_id'] ?? '', row]));
    const agreements = await byKey(shopifyOrderAgreements, rows.map((row) => joined(row, 'agreement_id')));
    const lines = await byKey(shopifyOrderLines, rows.flatMap((row) => (row['sku'] === null && row['line_id'] !== null ? [joined(row, 'line_id')] : [])));
    const orderKeys = [...new Set([...agreements.values()].map((row) => joined(row, 'order_id')))];
    const orders = await byKey(shopifyOrders, orderKeys);
    const deleted = await deletedAmong(tx, shopifyOrders, brand, orderKeys);
    const zones = await shopZones(tx, brand);
    return rows.flatMap((row) => {
      const agreement = agreements.get(joined(row, 'agreement_id'));
      const [orderId, happenedAt] = [agreement?.['order_id'], agreement?.['happened_at']];
      // The agreement comes with another batch: its row brings the sale up again.
      if (agreement === undefined || !orderId || !happenedAt || deleted.has(joined(agreement, 'order_id'))) return [];
      const order = orders.get(joined(agreement, 'order_id'));
      return shopSale(row, { orderId, orderKey: joined(agreement, 'order_id'), happenedAt, zone: zones.get(row['account'] ?? '') ?? UTC, currency: order?.['currency'] ?? null, sku: lines.get(joined(row, 'line_id'))?.['sku'] ?? null }) ?? [];
    });
  },
};

/** The keys of the sales of agreements that have one of the values. */
async function salesOf(tx: Transaction, brand: string, column: 'source_id' | 'order_id', values: readonly string[]): Promise<string[]> {
  const agreements = idsOf(await rowsWith(tx, shopifyOrderAgreements, brand, column, values), 'id');
  return idsOf(await rowsWith(tx, shopifyOrderSales, brand, 'agreement_id', agreements), 'source_id');
}

const movements: Derivation<typeof paymentMovements.columns> = {
  table: paymentMovements,
  from: stripeBalanceTransactions,
  also: [
    {
      stream: stripePayoutMovements,
      keysOf: async (tx, brand, keys) => (await rowsWith(tx, stripePayoutMovements, brand, 'source_id', keys)).map((row) => joined(row, 'id')),
    },
  ],
  async derive(tx, brand, rows) {
    const paid = groupBy(await rowsWith(tx, stripePayoutMovements, brand, 'id', idsOf(rows, 'id')), (row) => joined(row, 'id'));
    return rows.flatMap((row) => paymentMovement(row, paid.get(row['source_id'] ?? '')?.[0]?.['payout'] ?? null) ?? []);
  },
};

const paidOut: Derivation<typeof payouts.columns> = {
  table: payouts,
  from: stripePayouts,
  also: [],
  derive: (_tx, _brand, rows) => Promise.resolve(rows.flatMap((row) => payout(row) ?? [])),
};

/** All kinds, in the order in which they are derived. */
export const derivations: readonly Derivation[] = [ordersOfShops, sales, movements, paidOut];
