import { describe, expect, test } from '@jest/globals';

import { buildOrders } from '../../../src/orders/assemble/build-orders.ts';
import type { OrderContext } from '../../../src/orders/assemble/document.ts';
import { orderContexts } from '../../../src/orders/assemble/order-context.ts';
import type { AccountFacts } from '../../../src/orders/facts/facts.ts';
import { billedAccount, noteOf, opened } from './billed-account.ts';

const contextsOf = (...accounts: readonly AccountFacts[]): OrderContext[] =>
  orderContexts('person-1', buildOrders({ personId: 'person-1', accounts }, new Map()), accounts.map((facts) => opened(facts, noteOf(['l1', 200], [null, 100]))));
/** An account of a brand with an order of this day. */
function ordered(brand: string, day: string | null): AccountFacts {
  const facts = billedAccount();
  return { ...facts, brand, subscriptions: facts.subscriptions.map((each) => ({ ...each, contract_effective_date: day, chain_start: day })) };
}

describe('the customer of an order', () => {
  const before = (...accounts: readonly AccountFacts[]): unknown[] => contextsOf(...accounts).map(({ order, customer }) => [order.brand, customer.isNew, customer.brandsBefore]);

  test('is new unless something was bought on an earlier day, of whatever brand', () => {
    expect(before(ordered('alpina', '2026-01-01'), ordered('belmont', '2026-03-01'))).toEqual([['alpina', true, []], ['belmont', false, ['alpina']]]);
    expect(before(ordered('alpina', '2026-01-01'), ordered('belmont', '2026-01-01'))).toEqual([['alpina', true, []], ['belmont', true, []]]);
  });

  test('is new where no day is known', () => {
    expect(before(ordered('alpina', '2026-01-01'), ordered('belmont', null))).toEqual([['alpina', true, []], ['belmont', true, []]]);
  });
});

test('an order comes with its invoices, payments, credit notes, and totals of itself and its items', () => {
  const [context] = contextsOf(billedAccount());
  const totals = { invoiced: 990, credited: 200, paid: 990, refunded: 200, balance: 0, outstanding: 0 };
  expect(context).toMatchObject({ totals, invoices: [{ invoice: { source_id: 'i1' }, lines: [{ totals }] }], payments: [{ payment: { source_id: 'p1' } }], notes: [{ note: { refundId: 'r1' } }] });
  expect([...(context?.itemTotals ?? [])]).toEqual([[context?.order.items[0]?.itemId, totals]]);
});

test('an order that was never billed has totals of nothing', () => {
  const [context] = contextsOf({ ...billedAccount(), invoice_lines: [] });
  expect(context).toMatchObject({ invoices: [], payments: [], notes: [], totals: { invoiced: 0, credited: 0, paid: 0, refunded: 0 } });
});
