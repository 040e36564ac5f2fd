import { sha256Hex } from '../../core/hash.ts';
import { toMinor } from '../../core/money.ts';
import { dayIn } from '../../core/zone.ts';
import type { Instant } from '../../core/time.ts';
import type { ShopOrderRecord, ShopSaleRecord } from '../records/tables.ts';
import type { RawValues } from './raw-values.ts';

const PERSON_DIGITS = 32;

/**
 * An order of a shop.
 * @param zone of the shop, for the day
 * @param billingOrderId of the one order of billing that refers to it
 * @returns undefined if its total is no amount in its currency
 */
export function shopOrder(row: RawValues, zone: string, billingOrderId: string | null): ShopOrderRecord | undefined {
  const { brand, source_id: id, account, id: order, currency, created_at: created } = row;
  const amount = (name: string): number | null => minor(row[name], currency) ?? null;
  const total = minor(row['total'], currency);
  if (!brand || !id || !account || !order || !currency || !created || total === undefined) return undefined;
  const person = row['email_sha256']?.slice(0, PERSON_DIGITS) ?? null;
  const orderedAt = row['processed_at'] ?? created;
  const text = (name: string): string | null => row[name] ?? null;
  // One literal, without spreads: as this is made for every order, they would be most of the work.
  return {
    brand,
    source_id: id,
    platform: 'shopify',
    account,
    order_id: order,
    order_name: text('order_name'),
    person_id: person,
    buyer_id: buyerOf(brand, id, person),
    customer_id: text('customer_id'),
    ordered_at: orderedAt,
    ordered_on: dayIn(orderedAt as Instant, zone),
    cancelled_at: text('cancelled_at'),
    currency,
    country: text('country'),
    subtotal: amount('subtotal'),
    discount: amount('discount'),
    shipping: amount('shipping'),
    tax: amount('tax'),
    total,
    refunded: amount('refunded'),
    financial_status: text('financial_status'),
    fulfillment_status: text('fulfillment_status'),
    is_test: row['is_test'] === '1',
    billing_order_id: billingOrderId,
    first_source: text('first_source'),
    first_utm_source: text('first_utm_source'),
    first_utm_medium: text('first_utm_medium'),
    first_utm_campaign: text('first_utm_campaign'),
    first_referrer_host: text('first_referrer_host'),
    last_source: text('last_source'),
    last_utm_source: text('last_utm_source'),
    last_utm_medium: text('last_utm_medium'),
    last_utm_campaign: text('last_utm_campaign'),
    last_referrer_host: text('last_referrer_host'),
  };
}

/** Who bought: the person, or one of its own for an order of nobody who is known, as an account without an address stands alone. */
export function buyerOf(brand: string, orderKey: string, personId: string | null): string {
  return personId ?? sha256Hex(`shop order ${brand} ${orderKey}`).slice(0, PERSON_DIGITS);
}

/** What is known of a sale beside its own row. */
export interface SaleContext {
  /** Of its agreement. */
  readonly orderId: string;
  /** The key of its order. */
  readonly orderKey: string;
  readonly happenedAt: string;
  readonly zone: string;
  /** Of the order, where the sale names none. */
  readonly currency: string | null;
  /** Of the order's line, where the sale names none. */
  readonly sku: string | null;
}

/** A sale or return of an order; undefined if its total is no amount in its currency. Shopify's totals have the tax in them. */
export function shopSale(row: RawValues, context: SaleContext): ShopSaleRecord | undefined {
  const { brand, source_id: id, account, id: sale } = row;
  const currency = row['currency'] ?? context.currency;
  const [total, tax, discount] = [minor(row['total'], currency), minor(row['tax'] ?? '0', currency), minor(row['discount'] ?? '0', currency)];
  if (!brand || !id || !account || !sale || !currency || total === undefined || tax === undefined || discount === undefined) return undefined;
  const quantity = row['quantity'] ?? null;
  return {
    ...{ brand, source_id: id, platform: 'shopify', account, sale_id: sale, order_id: context.orderId, order_key: context.orderKey, happened_at: context.happenedAt, happened_on: dayIn(context.happenedAt as Instant, context.zone) },
    ...{ kind: (row['action'] ?? 'unknown').toLowerCase(), line_type: row['line_type']?.toLowerCase() ?? null, line_id: row['line_id'] ?? null, sku: row['sku'] ?? context.sku, quantity: quantity === null ? null : Number(quantity) },
    ...{ currency, net: total - tax, tax, discount },
  };
}

function minor(text: string | null | undefined, currency: string | null | undefined): number | undefined {
  return text === null || text === undefined || !currency ? undefined : toMinor(text, currency);
}
