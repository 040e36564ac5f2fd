import { describe, expect, test } from '@jest/globals';

import { accountOf, invoiceOf, memoOf, refundOf } from '../account.ts';
import { invoice1, invoice2, itemsOf, linkOf } from './items.ts';

test('links of the platform keep what they name from earlier refunds that only guess', () => {
  const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 1000, sku: 'ALP-1' }), refundOf({ id: 'r2', date: '2026-03-10', amount: 3000 })];
  const refundApplications = [linkOf('l1', 'r2', 3000, { invoiceId: 'i2' })];
  expect(itemsOf(accountOf(invoice1, invoice2, { refunds, refundApplications }))).toEqual(['r1 i1-1 1000 same_product', 'r2 i2-1 3000 explicit']);
});

describe('amounts with a minus', () => {
  test('are no refund, no payment and no credit', () => {
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 3000, paid: -3000 }), {
      credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: -1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: -1900 }), refundOf({ id: 'r2', date: '2026-02-01', amount: 100 })],
    });
    expect(itemsOf(ledger)).toEqual(['r2 - 100 unallocated']);
  });
});
