import { expect, test } from '@jest/globals';

import { Draft } from '../../../src/orders/attribution/draft.ts';
import type { CountedRefund } from '../../../src/orders/ledger/counted-ledger.ts';
import { refundOf } from '../account.ts';

const draftOf = (amount: number): Draft => new Draft(refundOf({ id: 'r1', date: '2026-02-01', amount }) as CountedRefund, []);

test('two parts that one method finds on one line become one item, those of two methods stay two', () => {
  const draft = draftOf(100);
  draft.by('same_product')('i1', 'a', 30);
  draft.by('same_product')('i2', 'b', 10);
  draft.by('same_product')('i1', 'a', 20);
  draft.by('account')('i1', 'a', 40);
  expect(draft.left).toBe(0);
  expect(draft.note().items.map(({ invoiceLineId, amount, method }) => [invoiceLineId, amount, method])).toEqual([['a', 50, 'same_product'], ['b', 10, 'same_product'], ['a', 40, 'account']]);
});

test('what found no place is an item without an invoice', () => {
  const draft = draftOf(100);
  draft.by('payment')('i1', 'a', 70);
  expect(draft.note()).toMatchObject({
    refundId: 'r1', amount: 100, currency: 'EUR', unallocated: 30, upstream: false,
    items: [{ amount: 70, confidence: 'derived' }, { invoiceId: null, invoiceLineId: null, amount: 30, method: 'unallocated', confidence: 'none' }],
  });
});

test('a note is upstream as long as nothing of it is credited', () => {
  const draft = draftOf(100);
  draft.by('credit_memo')('i1', 'a', 100);
  expect(draft.note().upstream).toBe(true);
  const partly = draftOf(100);
  partly.by('credit_memo')('i1', 'a', 99);
  expect(partly.note().upstream).toBe(false);
});
