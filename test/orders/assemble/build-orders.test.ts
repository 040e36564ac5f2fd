import { describe, expect, test } from '@jest/globals';

import { buildOrders, type Order } from '../../../src/orders/assemble/build-orders.ts';
import type { AccountFacts, FactOf, ProductFact } from '../../../src/orders/facts/facts.ts';
import { factOf, personFacts } from '../../support/rows/person-facts.ts';

type Subscription = Partial<FactOf<'subscriptions'>>;
type Charge = Partial<FactOf<'charges'>>;

/** The first version of a chain and the latest one, named after it. */
const subscription = (chain: string, changes: Subscription = {}): FactOf<'subscriptions'> =>
  factOf('subscriptions', { source_id: chain, chain_id: chain, version: 1, is_latest: true, is_test: false, lifecycle: 'active', class: 'standard', ...changes });
const charge = (id: string, plan: string | null, changes: Charge = {}): FactOf<'charges'> =>
  factOf('charges', { source_id: id, subscription_id: 'c1', chain_id: 'c1', product_rate_plan_id: plan, is_current: true, category: 'subscription', ...changes });
const ordersOf = (...accounts: readonly Partial<AccountFacts>[]): Order[] =>
  buildOrders({ personId: 'person-1', accounts: accounts.flatMap((facts) => personFacts({ charges: [], ...facts }).accounts) }, new Map());
const chainsOf = (orders: readonly Order[]): string[] => orders.map(({ chains }) => chains.map(({ id }) => id).join(' ')).sort();

describe('an order', () => {
  test('has the chains of one account with the same reference; a chain without one is an order of its own', () => {
    const subscriptions = [
      subscription('c3', { order_reference: 'R-1' }), subscription('c1', { order_reference: ' R-1 ' }), subscription('c2', { order_reference: 'R-2' }),
      subscription('c4'), subscription('c5', { order_reference: ' ' }),
    ];
    const orders = ordersOf({ subscriptions });
    expect(chainsOf(orders)).toEqual(['c1 c3', 'c2', 'c4', 'c5']);
    expect(orders.find(({ chains }) => chains.length === 2)?.reference).toBe('R-1');
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(4);
  });

  test('is one of each account that carries the reference, and of each brand', () => {
    const withReference = { subscriptions: [subscription('c1', { order_reference: 'R-1' })] };
    const other = { account: { ...(personFacts().accounts[0] as AccountFacts).account, account_id: 'account-2' }, subscriptions: [subscription('c2', { order_reference: 'R-1' })] };
    const orders = ordersOf(withReference, other, { ...withReference, brand: 'belmont' });
    expect(orders.map(({ brand, accountId }) => [brand, accountId])).toEqual([['alpina', 'account-1'], ['alpina', 'account-2'], ['belmont', 'account-1']]);
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(3);
  });

  test('is made of no test data', () => {
    const { account } = personFacts().accounts[0] as AccountFacts;
    expect(ordersOf({ subscriptions: [subscription('c1', { is_test: true })] }, { account: { ...account, account_id: 'account-2', is_test: true }, subscriptions: [subscription('c2')] })).toEqual([]);
  });

  test('belongs to the account of the latest version, with the versions that another account had', () => {
    const { account } = personFacts().accounts[0] as AccountFacts;
    const [order, ...others] = ordersOf(
      { subscriptions: [subscription('c1', { source_id: 'v1', is_latest: false, contract_effective_date: '2025-01-01' })] },
      { account: { ...account, account_id: 'account-2' }, subscriptions: [subscription('c1', { source_id: 'v2', version: 2, contract_effective_date: '2026-01-01' })] },
    );
    expect(others).toEqual([]);
    expect(order).toMatchObject({ accountId: 'account-2', orderedAt: '2025-01-01', chains: [{ versions: [{ source_id: 'v1' }, { source_id: 'v2' }] }] });
  });

  test('was made on the earliest start of its chains', () => {
    const subscriptions = [
      subscription('c1', { order_reference: 'R', contract_effective_date: '2026-02-01' }),
      subscription('c2', { order_reference: 'R', chain_start: '2026-01-15', start_date: '2026-01-10' }),
    ];
    expect(ordersOf({ subscriptions })[0]?.orderedAt).toBe('2026-01-15');
  });

  test('is in the currency of its account, else of its charges, else in none', () => {
    const account = { ...(personFacts().accounts[0] as AccountFacts).account, currency: null };
    const currencyOf = (...charges: FactOf<'charges'>[]): unknown => ordersOf({ account, subscriptions: [subscription('c1')], charges })[0]?.currency;
    expect([currencyOf(charge('a', 'p1', { currency: 'CHF' })), currencyOf()]).toEqual(['CHF', 'XXX']);
  });
});

describe('an item', () => {
  const itemsOf = (facts: Partial<AccountFacts>): unknown[] =>
    ordersOf({ subscriptions: [subscription('c1', { source_id: 'v2', version: 2 }), subscription('c1', { source_id: 'v1', is_latest: false })], ...facts })
      .flatMap(({ items }) => items.map((item) => [item.planKey, item.charge?.source_id, item.isCurrent]));

  test('is one product rate plan of a chain, over all its charges and versions', () => {
    expect(itemsOf({ charges: [charge('a', 'tea'), charge('b', 'mug', { is_current: false }), charge('c', 'tea'), charge('d', null, { plan_name: 'By hand' })] })).toEqual([
      ['mug', 'b', false], ['name By hand', 'd', true], ['tea', 'a', true],
    ]);
  });

  test('is called after the newest version, there after what is sold, there after the dearest', () => {
    const newest = { subscription_id: 'v2' };
    expect(itemsOf({ charges: [charge('a', 'tea', { subscription_id: 'v1', price: 900 }), charge('b', 'tea', { ...newest, category: 'shipping', price: 990 }), charge('c', 'tea', { ...newest, price: 500 }), charge('d', 'tea', { ...newest, price: 600 })] }))
      .toEqual([['tea', 'd', true]]);
  });

  test('is known from an invoice line where the charges are missing, and a chain without any has one', () => {
    const line = factOf('invoice_lines', { source_id: 'l1', chain_id: 'c1', product_rate_plan_id: 'tea' });
    expect([itemsOf({ invoice_lines: [line] }), itemsOf({})]).toEqual([[['tea', undefined, false]], [['', undefined, false]]]);
  });

  test('is the product that the catalog of its brand has for the charge', () => {
    const product: ProductFact = { productChargeId: 'k', productId: 'p', name: 'Alm Tee', sku: 'TEA-1', planId: 'tea', planName: 'FE | Tea' };
    const person = { personId: 'person-1', accounts: personFacts({ subscriptions: [subscription('c1')], charges: [charge('a', 'tea', { product_charge_id: 'k' })] }).accounts };
    const skuIn = (brand: string): unknown => buildOrders(person, new Map([[brand, new Map([['k', product]])]]))[0]?.items[0]?.product?.sku;
    expect([skuIn('alpina'), skuIn('belmont')]).toEqual(['TEA-1', undefined]);
  });
});
