import { describe, expect, test } from '@jest/globals';

import type { AccountLedger, RefundFact } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, refundOf } from '../account.ts';
import { invoice1, itemsOf } from './items.ts';

describe('negative invoices', () => {
  const negative = (id: string, date: string, amount: number): Partial<AccountLedger> => invoiceOf({ id, date, lines: [{ id: `${id}-1`, amount: -amount }] });
  const payout = (amount: number, date = '2026-03-01'): RefundFact => refundOf({ id: 'r1', date, amount, sourceType: 'CreditBalance' });

  test('are paid out by refunds of the credit balance, the newest first, also where no movement of the balance tells of it', () => {
    const ledger = accountOf(invoice1, negative('n1', '2026-01-20', 800), negative('n2', '2026-02-01', 500), negative('n3', '2026-03-02', 900));
    expect(itemsOf({ ...ledger, refunds: [payout(1000)] })).toEqual(['r1 n2-1 500 credit_memo', 'r1 n1-1 500 credit_memo']);
    expect(itemsOf({ ...ledger, refunds: [payout(1400)] })).toEqual(['r1 n2-1 500 credit_memo', 'r1 n1-1 800 credit_memo', 'r1 i1-1 100 account']);
    expect(itemsOf({ ...ledger, refunds: [payout(300), refundOf({ id: 'r2', date: '2026-03-03', amount: 1200, sourceType: 'Credit Balance' })] })).toEqual([
      'r1 n2-1 300 credit_memo', 'r2 n3-1 900 credit_memo', 'r2 n2-1 200 credit_memo', 'r2 n1-1 100 credit_memo',
    ]);
    expect(itemsOf({ ...ledger, refunds: [{ ...payout(300), sourceType: 'Payment' }] })).toEqual(['r1 i1-1 300 account']);
    expect(itemsOf({ ...ledger, refunds: [{ ...payout(300), currency: 'CHF' }] })).toEqual(['r1 - 300 unallocated']);
  });

  test('are not paid out again where the credit balance has used them', () => {
    const next = invoiceOf({ id: 'i2', date: '2026-02-05', paid: 2400, lines: [{ id: 'i2-1', amount: 3000 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-20', amount: 800, direction: 'Increase', source: 'Invoice n1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-05', amount: 600, direction: 'Decrease', source: 'Invoice i2' }),
    ];
    const ledger = accountOf(next, negative('n1', '2026-01-20', 800), { credits, refunds: [payout(500)] });
    expect(itemsOf(ledger)).toEqual(['r1 n1-1 200 credit_memo', 'r1 i2-1 300 account']);
  });
});
