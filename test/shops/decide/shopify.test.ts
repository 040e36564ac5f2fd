import { expect, test } from '@jest/globals';

import { shopOrder, shopSale } from '../../../src/shops/decide/shopify.ts';
import { paymentMovement } from '../../../src/shops/decide/stripe.ts';

const ORDER = { brand: 'alpina', source_id: 'shop/1', account: 'shop', id: '1', order_name: '#1', currency: 'EUR', total: '49.9', tax: '8.32', created_at: '2026-11-20 23:30:00.000000', email_sha256: `${'ab'.repeat(16)}${'cd'.repeat(16)}`, is_test: '0' };
const SALE = { brand: 'alpina', source_id: 'shop/s', account: 'shop', id: 's', action: 'RETURN', line_type: 'PRODUCT', quantity: '-1', currency: 'EUR', total: '-49.9', tax: '-8.32', discount: '0' };
const CONTEXT = { orderId: '1', orderKey: 'shop/1', happenedAt: '2026-11-20 23:30:00.000000', zone: 'Europe/Zurich', currency: 'CHF', sku: 'A-1' };

test('an order has its amounts in minor units, its person by the hash, and the day of the shop', () => {
  expect(shopOrder(ORDER, 'Europe/Zurich', null)).toMatchObject({ total: 4990, tax: 832, subtotal: null, person_id: 'ab'.repeat(16), ordered_on: '2026-11-21', is_test: false, billing_order_id: null });
  expect(shopOrder({ ...ORDER, total: null }, 'UTC', null)).toBeUndefined();
  expect(shopOrder({ ...ORDER, currency: 'JPY', total: '1500.0', processed_at: '2026-11-19 10:00:00.000000' }, 'UTC', 'o')).toMatchObject({ total: 1500, ordered_on: '2026-11-19', billing_order_id: 'o' });
});

test('a return has its sign and is without tax; what it does not name itself is that of its line and order', () => {
  expect(shopSale(SALE, CONTEXT)).toMatchObject({ kind: 'return', line_type: 'product', quantity: -1, net: -4158, tax: -832, discount: 0, sku: 'A-1', currency: 'EUR', happened_on: '2026-11-21', order_id: '1' });
  expect(shopSale({ ...SALE, sku: 'B', currency: null, tax: null }, CONTEXT)).toMatchObject({ sku: 'B', currency: 'CHF', net: -4990 });
  expect(shopSale({ ...SALE, total: 'x' }, CONTEXT)).toBeUndefined();
});

test('a movement of Stripe is counted in the minor unit of ISO 4217', () => {
  const row = { brand: 'alpina', source_id: 'main/t', account: 'main', id: 't', amount: '50000', fee: '100', net: '49900', currency: 'ISK', type: 'charge', created: '2026-11-20 10:00:00.000000', available_on: '2026-11-22 00:00:00.000000' };
  expect(paymentMovement(row, 'po_1')).toMatchObject({ gross: 500, fee: 1, net: 499, category: 'charge', available_on: '2026-11-22', payout: 'po_1' });
  expect(paymentMovement({ ...row, net: null, fee: null }, null)).toMatchObject({ fee: 0, net: 500 });
  expect(paymentMovement({ ...row, amount: '1.5' }, null)).toBeUndefined();
});
