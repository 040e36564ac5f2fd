import { expect, test } from '@jest/globals';

import { buildOrders } from '../../../src/orders/assemble/build-orders.ts';
import { orderDocument, type OrderContext } from '../../../src/orders/assemble/document.ts';
import { orderContexts } from '../../../src/orders/assemble/order-context.ts';
import type { AccountFacts } from '../../../src/orders/facts/facts.ts';
import type { CreditNote } from '../../../src/orders/ledger/credit-note.ts';
import { billedAccount, noteOf, opened, plainIds } from './billed-account.ts';

interface Document {
  readonly [name: string]: unknown;
  readonly items: readonly Record<string, unknown>[];
  readonly invoices: readonly Record<string, unknown>[];
}
function documentOf(facts: AccountFacts = billedAccount(), note: CreditNote = noteOf(['l1', 200], ['of another order', 70], [null, 30])): Document {
  const orders = buildOrders({ personId: 'person-1', accounts: [facts] }, new Map());
  return orderDocument(orderContexts('person-1', orders, [opened(facts, note)])[0] as OrderContext, plainIds) as Document;
}
const withSubscription = (changes: Partial<AccountFacts['subscriptions'][number]>): AccountFacts => {
  const facts = billedAccount();
  return { ...facts, subscriptions: facts.subscriptions.map((each) => ({ ...each, ...changes })) };
};
const subscriptionOf = (facts: AccountFacts): unknown => documentOf(facts).items[0]?.['subscription'];

test('the keys of a document stand in the order of its schema', () => {
  expect(Object.keys(documentOf())).toEqual([
    'schema', 'order_id', 'brand', 'market', 'currency', 'ordered_at', 'order_reference', 'status', 'customer', 'coupon', 'campaign',
    'items', 'invoices', 'payments', 'credit_notes', 'refunds', 'totals',
  ]);
});

test('no id of a document is one of those inside the hub', () => {
  expect(documentOf()).toMatchObject({
    customer: { person_id: 'per person-1' },
    invoices: [{ invoice_id: 'inv i1', lines: [{ line_id: 'lin l1' }] }],
    payments: [{ payment_id: 'pay p1', applied: [{ invoice_id: 'inv i1', amount: 990 }] }],
    credit_notes: [{ credit_note_id: 'crn r1', refund_id: 'ref r1' }],
    refunds: [{ refund_id: 'ref r1', amount: 300 }],
  });
});

test('an invoice line says its amount without tax, its tax, and what was credited of it', () => {
  expect(documentOf().invoices[0]?.['lines']).toMatchObject([{ amount: 825, tax: 165, credited: 200, balance: 0 }]);
});

test('of a credit note that concerns other orders too only the own items are told, with the amount of all of it', () => {
  expect(documentOf()['credit_notes']).toMatchObject([{ amount: 300, items: [{ line_id: 'lin l1', amount: 200, method: 'account', confidence: 'inferred' }] }]);
});

test('what nothing is known of is null or unclassified, not left out', () => {
  expect(documentOf({ ...billedAccount(), charges: [], invoice_lines: [] }).items).toMatchObject([
    { sku: null, product: null, offer: null, funnel_step: 'unclassified', category: 'unclassified', quantity: null, unit_price: null, is_current: false, totals: { invoiced: 0, outstanding: 0 } },
  ]);
});

test('a chain that replaces another says that this was inferred', () => {
  expect(subscriptionOf(withSubscription({ replaces_chain_id: 'chain-0' }))).toMatchObject({ replaces: { subscription_id: 'sub chain-0', inferred: true }, replaced_by: null });
});

test('a cancellation has its date and reason, and is null where there is none', () => {
  expect(subscriptionOf(withSubscription({ cancelled_date: '2026-05-01', cancel_reason: 'moved' }))).toMatchObject({ cancellation: { date: '2026-05-01', reason: 'moved' } });
  expect(subscriptionOf(billedAccount())).toMatchObject({ cancellation: null });
});

test('coupon and campaign are the first that a chain of the order has', () => {
  const facts = withSubscription({ order_reference: 'R-1' });
  const [first] = facts.subscriptions;
  if (first === undefined) throw new Error('no subscription');
  const second = { ...first, source_id: 'subscription-2', chain_id: 'chain-2', coupon_code: 'TEA10', campaign: 'spring' };
  expect(documentOf({ ...facts, subscriptions: [second, first] })).toMatchObject({ order_reference: 'R-1', coupon: 'TEA10', campaign: 'spring' });
});
