import { expect, test } from '@jest/globals';

import type { RefundFact } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, invoiceOf, refundOf } from '../account.ts';
import { itemsOf } from './items.ts';

const teaAndProtein = accountOf(
  invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'tea', amount: 1000, sku: 'ALP-3', chainId: 'c1' }] }),
  invoiceOf({ id: 'i2', date: '2026-01-06', lines: [{ id: 'protein', amount: 1000, sku: 'ALP-2' }] }),
  invoiceOf({ id: 'i3', date: '2026-01-07', lines: [{ id: 'steinbock', amount: 1000, sku: null, productId: 'p1' }] }),
);
const refunded = (changes: Partial<Omit<RefundFact, 'amount'>> & { readonly amount?: number }, spill: 'none' | 'account' = 'none'): string[] =>
  itemsOf(accountOf(teaAndProtein, { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 100, ...changes })] }), spill);

test('a refund of a product that was never bought does not spill over, unless that is configured', () => {
  expect(refunded({ sku: 'ALP-9' })).toEqual(['r1 - 100 unallocated']);
  expect(refunded({ sku: 'ALP-9' }, 'account')).toEqual(['r1 steinbock 100 account']);
});

test('a goodwill gesture takes its product first, and then all others', () => {
  expect(refunded({ comment: 'Kulanz: Alm Tee', kind: 'goodwill', amount: 1500 })).toEqual(['r1 tea 1000 same_product', 'r1 steinbock 500 account']);
});

test('a refund of an unknown product takes the newest invoices that are not dated after it', () => {
  expect(refunded({ amount: 2500 })).toEqual(['r1 steinbock 1000 account', 'r1 protein 1000 account', 'r1 tea 500 account']);
  expect(refunded({ amount: 2500, refundDate: '2026-01-06' as RefundFact['refundDate'] })).toEqual(['r1 protein 1000 account', 'r1 tea 1000 account', 'r1 - 500 unallocated']);
});
