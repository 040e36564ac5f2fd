import { describe, expect, test } from '@jest/globals';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';
import { invoice1, invoice2, itemsOf, products } from './items.ts';

describe('upstream credits', () => {
  test('a refund of a credit memo uses the memo, and no capacity', () => {
    const ledger = accountOf(invoice1, {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-02', amount: 1000, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-03', amount: 2500, sku: 'ALP-1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 1000 credit_memo', 'r2 i1-1 2000 same_product', 'r2 - 500 unallocated']);
    expect(attribute(ledger, { products, spill: 'none' }).notes.map(({ upstream }) => upstream)).toEqual([true, false]);
  });

  test('a memo is paid out once: what a refund has beyond it goes on to the next methods', () => {
    const ledger = accountOf(invoice1, invoice2, {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-06', amount: 700, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-07', amount: 500, creditMemoId: 'm1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 700 credit_memo', 'r2 i1-1 300 credit_memo', 'r2 i2-1 200 account']);
  });

  test('a memo is paid out on the lines that it credited, in the order of their ids', () => {
    const two = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 2000 }, { id: 'b', amount: 2000 }] });
    const ledger = accountOf(two, {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-06', amount: 700, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-07', amount: 300, creditMemoId: 'm1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 a 500 credit_memo', 'r1 b 200 credit_memo', 'r2 b 300 credit_memo']);
  });

  test('a memo without an invoice, or with one of another time, makes an item without an invoice', () => {
    const ledger = accountOf(invoice1, invoiceOf({ id: 'i9', date: '2026-09-01', lines: [{ id: 'i9-1', amount: 500 }] }), {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 400 }), memoOf({ id: 'm2', date: '2026-02-01', amount: 300, invoiceId: 'i9' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-02', amount: 400, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-02', amount: 300, creditMemoId: 'm2' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 - 400 credit_memo', 'r2 - 300 credit_memo']);
    expect(attribute(ledger, { products, spill: 'none' }).notes.map(({ unallocated }) => unallocated)).toEqual([0, 0]);
  });

  test('a memo that the platform says was paid out, in this amount and named by nobody, was paid out by the refund', () => {
    const refund = refundOf({ id: 'r1', date: '2026-02-02', amount: 400, sourceType: 'CreditBalance' });
    const memo = (id: string): AccountLedger['credits'][number] => memoOf({ id, date: '2026-02-01', amount: 400, refundAmount: 400, invoiceId: 'i1' });
    expect(itemsOf(accountOf(invoice1, { credits: [memo('m1')], refunds: [refund] }))).toEqual(['r1 i1-1 400 credit_memo']);
    expect(itemsOf(accountOf(invoice1, { credits: [memo('m1'), memo('m2')], refunds: [refund] }))).toEqual(['r1 i1-1 400 account']);
  });

  test('a payout of the credit balance is traced to the negative invoice that filled it', () => {
    const negative = invoiceOf({ id: 'n1', date: '2026-02-01', lines: [{ id: 'n1-1', amount: -800 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-02-01', amount: 800, direction: 'Increase', source: 'Invoice n1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-03', amount: 800, direction: 'Decrease', source: 'Refund r1' }),
    ];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-03', amount: 800, sourceType: 'CreditBalance' })];
    expect(itemsOf(accountOf(invoice1, negative, { credits, refunds }))).toEqual(['r1 n1-1 800 credit_memo']);
  });

  test('a payout of an overpayment is traced to the payment, and so to the newest invoice that it paid', () => {
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 500, direction: 'Increase', source: 'Payment payment of i1', sourceTransactionId: 'payment of i1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-03', amount: 500, direction: 'Decrease', sourceTransactionType: 'Refund', sourceTransactionNumber: 'R-17' }),
    ];
    const refunds = [refundOf({ id: 'r1', refundNumber: 'R-17', date: '2026-02-03', amount: 500, sourceType: 'CreditBalance', kind: 'goodwill' })];
    expect(itemsOf(accountOf(invoice1, { credits, refunds }))).toEqual(['r1 i1 500 credit_memo']);
  });

  test('a payout of a credit that nothing stands behind is a refund like any other', () => {
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 500, direction: 'Increase' }),
      adjustmentOf({ id: 'a2', date: '2026-02-03', amount: 500, direction: 'Decrease', source: 'Refund r1' }),
    ];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-03', amount: 500, sourceType: 'CreditBalance', kind: 'goodwill' })];
    expect(itemsOf(accountOf(invoice1, { credits, refunds }))).toEqual(['r1 i1-1 500 account']);
  });

  test('credit that was used for an invoice lowers what it can give back', () => {
    const used = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 2000, lines: [{ id: 'i1-1', amount: 3000 }] });
    const credits = [adjustmentOf({ id: 'a1', date: '2026-01-05', amount: 1000, direction: 'Decrease', source: 'Invoice i1' })];
    expect(itemsOf(accountOf(used, { credits, refunds: [refundOf({ id: 'r1', date: '2026-02-03', amount: 2500 })] }))).toEqual(['r1 i1-1 2000 account', 'r1 - 500 unallocated']);
  });
});
