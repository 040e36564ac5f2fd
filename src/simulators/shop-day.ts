import { toMajor } from '../core/money.ts';
import { addMillis, epochSeconds, toIso, type Instant } from '../core/time.ts';
import type { ShopifySimulator, ShopOrder } from './shopify.ts';
import type { StripeObject, StripeSimulator } from './stripe.ts';

/** A shop and its payments, as they stand together. */
export interface ShopOfADay {
  readonly shopify: ShopifySimulator;
  readonly stripe: StripeSimulator;
}

const CURRENCY = 'CHF';
const HOUR_MS = 3_600_000;
const ORDERS_BEFORE = 120;
const ORDERS_OVERNIGHT = 14;
/** Tax of 8.1 % is in the prices. */
const [TAX, WHOLE] = [81, 1_081];
const PRODUCTS = [
  { sku: 'TEA-GREEN', price: 1_290, cost: '4.10', stock: 420 },
  { sku: 'TEA-BLACK', price: 1_190, cost: '3.80', stock: 77 },
  { sku: 'POT-1L', price: 3_900, cost: '17.50', stock: 9 },
  { sku: 'CUP', price: 850, cost: '2.20', stock: 260 },
] as const;
const VISITS = [
  { source: 'google', medium: 'cpc', campaign: 'autumn' },
  { source: 'newsletter', medium: 'email', campaign: 'november' },
  null,
] as const;

/** Three days of orders, each paid, and what the shop has and buys for. The same instant gives the same day. */
export function fillShop({ shopify, stripe }: ShopOfADay, now: Instant): void {
  const start = addMillis(now, -60 * HOUR_MS);
  shopify.orders = Array.from({ length: ORDERS_BEFORE }, (_, index) => sell(stripe, index + 1, addMillis(start, index * (HOUR_MS / 2))));
  shopify.variants = PRODUCTS.map(({ sku, price, cost }, index) => ({ id: gid('ProductVariant', index + 1), sku, title: sku, createdAt: toIso(start), updatedAt: toIso(start), price: toMajor(price, CURRENCY), product: { id: gid('Product', index + 1) }, inventoryItem: { id: gid('InventoryItem', index + 1), tracked: true, unitCost: { amount: cost, currencyCode: CURRENCY } } }));
  shopify.stock = new Map(PRODUCTS.map(({ sku, stock }, index) => [gid('InventoryItem', index + 1), [level(index + 1, sku, stock, now)]]));
  payOut(stripe, 'po_1', addMillis(start, 24 * HOUR_MS), (created) => created < epochSeconds(addMillis(start, 24 * HOUR_MS)));
}

/** What happens until the next morning: new orders, one that comes back, a payout that arrives. */
export function passNight(shop: ShopOfADay, now: Instant): void {
  const { shopify, stripe } = shop;
  const start = addMillis(now, -12 * HOUR_MS);
  const added = Array.from({ length: ORDERS_OVERNIGHT }, (_, index) => sell(stripe, ORDERS_BEFORE + index + 1, addMillis(start, index * (HOUR_MS / 2))));
  shopify.orders = [...shopify.orders.map((order, index) => (index === 4 ? takeBack(stripe, order, addMillis(start, HOUR_MS)) : order)), ...added];
  stripe.put('payouts', { ...payout('po_1', addMillis(start, -24 * HOUR_MS), stripe.movements.get('po_1') ?? []), status: 'paid' }, 'payout.paid');
}

/** An order of one to three products, with its sale, charge and movement of the balance. */
function sell(stripe: StripeSimulator, number: number, at: Instant): ShopOrder {
  const lines = Array.from({ length: 1 + (number % 3) }, (_, place) => ({ ...productOf(number + place * 5), quantity: 1 + ((number + place) % 2), id: gid('LineItem', number * 10 + place) }));
  const total = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const visit = VISITS[number % VISITS.length];
  const order = gid('Order', number);
  pay(stripe, number, total, at);
  return {
    ...{ id: order, name: `#${1_000 + number}`, createdAt: toIso(at), updatedAt: toIso(at), processedAt: toIso(at), cancelledAt: null, test: false },
    ...{ email: buyer(number), currencyCode: CURRENCY, taxesIncluded: true, displayFinancialStatus: 'PAID', displayFulfillmentStatus: 'UNFULFILLED', sourceName: 'web', customer: null },
    ...{ billingAddress: { countryCodeV2: 'CH' }, shippingAddress: { countryCodeV2: 'CH' }, refunds: [], transactions: [] },
    ...{ subtotalPriceSet: money(total), totalDiscountsSet: money(0), totalShippingPriceSet: money(0), totalTaxSet: money(taxIn(total)), totalPriceSet: money(total), totalRefundedSet: money(0) },
    customerJourneySummary: { ready: true, firstVisit: visit === null ? null : { source: visit?.source, referrerUrl: null, utmParameters: visit }, lastVisit: null },
    lineItems: lines.map(({ id, sku, quantity, price }) => ({ id, sku, quantity, currentQuantity: quantity, originalTotalSet: money(price * quantity), discountedTotalSet: money(price * quantity) })),
    agreements: [
      {
        ...{ __typename: 'OrderAgreement', id: gid('OrderAgreement', number * 10), happenedAt: toIso(at), reason: 'ORDER' },
        sales: lines.map(({ id, sku, quantity, price }, place) => sale(number * 100 + place, 'ORDER', { id, sku }, quantity, price * quantity)),
      },
    ],
  };
}

/** The order with its first product sent back, and the money. */
function takeBack(stripe: StripeSimulator, order: ShopOrder, at: Instant): ShopOrder {
  const number = Number(order.id.split('/').at(-1));
  const [line] = order.lineItems as readonly { readonly id: string; readonly sku: string; readonly quantity: number }[];
  if (line === undefined) return order;
  const amount = line.quantity * (PRODUCTS.find(({ sku }) => sku === line.sku)?.price ?? 0);
  const refund = { id: `re_${number}`, object: 'refund', created: epochSeconds(at), amount, currency: 'chf', charge: `ch_${number}`, status: 'succeeded' };
  stripe.put('refunds', refund);
  stripe.event('refund.created', refund, refund.created);
  stripe.put('balance_transactions', { ...movement(`txn_re_${number}`, -amount, 0, at), type: 'refund', reporting_category: 'refund', source: refund.id });
  return {
    ...order,
    ...{ updatedAt: toIso(at), displayFinancialStatus: 'PARTIALLY_REFUNDED', totalRefundedSet: money(amount) },
    agreements: [
      ...order.agreements,
      { __typename: 'ReturnAgreement', id: gid('ReturnAgreement', number * 10 + 1), happenedAt: toIso(at), reason: 'RETURN', sales: [sale(number * 100 + 9, 'RETURN', line, -line.quantity, -amount)] },
    ],
  };
}

function pay(stripe: StripeSimulator, number: number, amount: number, at: Instant): void {
  const charge = { id: `ch_${number}`, object: 'charge', created: epochSeconds(at), amount, amount_captured: amount, amount_refunded: 0, currency: 'chf', status: 'succeeded', captured: true, refunded: false, disputed: false, livemode: false };
  const details = { balance_transaction: `txn_${number}`, billing_details: { email: buyer(number), address: { country: 'CH' } }, payment_method_details: { type: 'card' }, metadata: { order_id: `#${1_000 + number}` } };
  stripe.put('charges', { ...charge, ...details });
  stripe.event('charge.succeeded', charge, charge.created);
  stripe.put('balance_transactions', { ...movement(`txn_${number}`, amount, Math.floor((amount * 29) / 1_000) + 30, at), type: 'charge', reporting_category: 'charge', source: charge.id });
}

/** Pays out what came in until then. */
function payOut(stripe: StripeSimulator, id: string, at: Instant, isPaidOut: (created: number) => boolean): void {
  const movements = stripe.all('balance_transactions').filter(({ created }) => isPaidOut(created));
  stripe.movements.set(id, movements);
  const paidOut = payout(id, at, movements);
  stripe.put('payouts', paidOut);
  stripe.event('payout.created', paidOut, paidOut.created);
}

function payout(id: string, at: Instant, movements: readonly StripeObject[]): StripeObject {
  const amount = movements.reduce((sum, { net }) => sum + Number(net), 0);
  return { id, object: 'payout', created: epochSeconds(at), amount, currency: 'chf', arrival_date: epochSeconds(addMillis(at, 24 * HOUR_MS)), status: 'in_transit', automatic: true };
}

function movement(id: string, amount: number, fee: number, at: Instant): StripeObject {
  return { id, object: 'balance_transaction', created: epochSeconds(at), amount, fee, net: amount - fee, currency: 'chf', status: 'available', available_on: epochSeconds(addMillis(at, 48 * HOUR_MS)) };
}

function sale(number: number, action: 'ORDER' | 'RETURN', lineItem: { readonly id: string; readonly sku: string }, quantity: number, amount: number): Readonly<Record<string, unknown>> {
  return { __typename: 'ProductSale', id: gid('ProductSale', number), actionType: action, lineType: 'PRODUCT', quantity, totalAmount: money(amount), totalTaxAmount: money(taxIn(amount)), totalDiscountAmountBeforeTaxes: money(0), lineItem: { id: lineItem.id, sku: lineItem.sku } };
}

function level(number: number, sku: string, quantity: number, now: Instant): Readonly<Record<string, unknown>> {
  const quantities = [{ name: 'available', quantity: quantity - 2 }, { name: 'on_hand', quantity }];
  return { id: gid('InventoryLevel', number), updatedAt: toIso(now), item: { id: gid('InventoryItem', number), sku }, location: { id: gid('Location', 1), name: 'Warehouse' }, quantities };
}

function productOf(number: number): (typeof PRODUCTS)[number] {
  return PRODUCTS[number % PRODUCTS.length] ?? PRODUCTS[0];
}

function gid(type: string, number: number): string {
  return `gid://shopify/${type}/${number}`;
}

/** So many people, that some come again. */
function buyer(number: number): string {
  return `buyer${number % 97}@mail.example`;
}

function money(minor: number): object {
  return { shopMoney: { amount: toMajor(minor, CURRENCY), currencyCode: CURRENCY } };
}

function taxIn(minor: number): number {
  return Math.sign(minor) * Math.floor((Math.abs(minor) * TAX) / WHOLE);
}
