import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { creditBalance } from '../../../src/orders/ledger/credit-balance.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import type { AccountLedger, CreditFact } from '../../../src/orders/ledger/ledger.ts';
import { overpayments, unappliedPayments } from '../../../src/orders/ledger/overpayments.ts';
import { upstreamCredits } from '../../../src/orders/ledger/upstream-credits.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf } from '../account.ts';

/** An invoice of 30.00 and payments of it, all of them applied to it: `2026-01-05 3000`. */
function paidBy(payments: readonly string[], credits: readonly CreditFact[] = []): AccountLedger {
  const parts = payments.map((text, i) => ({ id: `p${i + 1}`, date: text.split(' ')[0] as LocalDate, amount: Number(text.split(' ')[1]) }));
  return accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 0, lines: [{ id: 'a', amount: 3000 }] }), {
    payments: parts.map(({ id, date, amount }) => ({ id, paymentNumber: id, effectiveDate: date, status: 'Processed', currency: 'EUR', amount, appliedAmount: null })),
    paymentApplications: parts.map(({ id, amount }) => ({ id: `x ${id}`, invoiceId: 'i1', paymentId: id, currency: 'EUR', amount })),
    credits,
  });
}
function overpaid(ledger: AccountLedger): unknown[] {
  const counted = countedLedger(ledger);
  return overpayments(counted, upstreamCredits(counted, creditBalance(counted))).map(({ paymentId, amount }) => [paymentId, amount]);
}
function unsettled(ledger: AccountLedger): unknown[] {
  const counted = countedLedger(ledger);
  const balance = creditBalance(counted);
  return [...unappliedPayments(counted, upstreamCredits(counted, balance), balance)];
}

describe('an overpayment', () => {
  test('is the part of the later payment that the invoice no longer owed', () => {
    expect(overpaid(paidBy(['2026-01-05 1000', '2026-01-06 2000']))).toEqual([]);
    expect(overpaid(paidBy(['2026-01-05 1000', '2026-01-06 2500']))).toEqual([['p2', 500]]);
    expect(overpaid(paidBy(['2026-01-07 2500', '2026-01-06 1000']))).toEqual([['p1', 500]]);
  });

  test('is made by a credit of an earlier day or the same, not by a later one', () => {
    const credited = (date: string): unknown[] => overpaid(paidBy(['2026-01-06 3000'], [memoOf({ id: 'm1', date, amount: 800, invoiceId: 'i1' })]));
    expect([credited('2026-01-05'), credited('2026-01-06'), credited('2026-01-07')]).toEqual([[['p1', 800]], [['p1', 800]], []]);
  });
});

describe('what of a payment is not settled', () => {
  test('is what it paid beyond its invoice, and all of the second charge', () => {
    expect(unsettled(paidBy(['2026-01-05 3000', '2026-01-06 3000']))).toEqual([['p1', 0], ['p2', 3000]]);
    expect(unsettled(paidBy(['2026-01-05 3700']))).toEqual([['p1', 700]]);
  });

  test('is no longer there once the credit balance has passed it on', () => {
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 700, direction: 'Increase', source: 'Payment p1' }),
      adjustmentOf({ id: 'a2', date: '2026-01-09', amount: 500, direction: 'Decrease' }),
    ];
    expect(unsettled(paidBy(['2026-01-05 3700'], credits))).toEqual([['p1', 200]]);
  });
});
