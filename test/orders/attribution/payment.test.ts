import { describe, expect, test } from '@jest/globals';

import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, refundOf } from '../account.ts';
import { invoice1, invoice2, itemsOf } from './items.ts';

describe('a payment', () => {
  const both = { paymentApplications: [{ id: 'x1', invoiceId: 'i1', paymentId: 'p', currency: 'EUR', amount: 3000 }, { id: 'x2', invoiceId: 'i2', paymentId: 'p', currency: 'EUR', amount: 3000 }] };
  const paidBy = (status: string): AccountLedger =>
    accountOf({ ...invoice1, paymentApplications: [], payments: [] }, { ...invoice2, paymentApplications: [], payments: [] }, both, {
      payments: [{ id: 'p', paymentNumber: 'P-1', effectiveDate: null, status, currency: 'EUR', amount: 6000, appliedAmount: null }],
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 4000, paymentId: 'p' })],
    });

  test('leads to the invoices that it paid, newest first', () => {
    expect(itemsOf(paidBy('Processed'))).toEqual(['r1 i2-1 3000 payment', 'r1 i1-1 1000 payment']);
  });

  test('that was voided paid nothing', () => {
    expect(itemsOf(paidBy('Voided'))).toEqual(['r1 - 4000 unallocated']);
  });
});
