import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import type { PaymentFact } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';

const payment = (changes: Partial<PaymentFact> = {}): PaymentFact => ({
  id: 'p1', paymentNumber: null, effectiveDate: '2026-01-05' as LocalDate, status: 'Processed', currency: 'EUR', amount: 3000, appliedAmount: null, ...changes,
});
const applied = (id: string, invoiceId: string, amount: number): object => ({ id, invoiceId, paymentId: 'p1', currency: 'EUR', amount });
const unpaid = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 0, lines: [{ id: 'b', amount: 1000, taxAmount: 200 }, { id: 'a', amount: 500 }] });

describe('what counts', () => {
  test.each(['Draft', 'Error', 'Cancelled', 'Processed', null])('is no invoice or memo with the status %j', (status) => {
    const { invoices, memos } = countedLedger(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', status, amount: 100 }), { credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: 100, status })] }));
    expect([invoices.size, memos.size]).toEqual([0, 0]);
  });

  test.each([['Processed', 1], ['Posted', 1], ['Voided', 0], ['Error', 0], [null, 0]])('of money with the status %j is %i', (status, expected) => {
    const counted = countedLedger(accountOf({
      payments: [payment({ status })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 100, status })],
      credits: [adjustmentOf({ id: 'a1', date: '2026-02-01', amount: 100, direction: 'Increase', status })],
    }));
    expect([counted.payments.size, counted.refunds.length, counted.adjustments.length]).toEqual([expected, expected, expected]);
  });

  test('has a date, a currency and an amount without a minus', () => {
    const refunds = [
      refundOf({ id: 'minus', date: '2026-02-01', amount: -100 }),
      { ...refundOf({ id: 'undated', date: '2026-02-01', amount: 100 }), refundDate: null },
      { ...refundOf({ id: 'bare', date: '2026-02-01', amount: 100 }), currency: null },
      refundOf({ id: 'whole', date: '2026-02-01', amount: 100 }),
    ];
    const credits = [memoOf({ id: 'm1', date: '2026-02-01', amount: -5 }), memoOf({ id: 'm2', date: '2026-02-01', amount: 5 })];
    const counted = countedLedger(accountOf({ payments: [payment({ amount: -1 }), payment({ id: 'p2' })], refunds, credits }));
    expect([[...counted.payments.keys()], counted.refunds.map(({ id }) => id), [...counted.memos.keys()]]).toEqual([['p2'], ['whole'], ['m2']]);
  });

  test('is an invoice with a minus too, as that gives money back', () => {
    expect(countedLedger(accountOf(invoiceOf({ id: 'n1', date: '2026-01-05', amount: -800 }))).invoices.get('n1')?.amount).toBe(-800);
  });
});

describe('the order of what counts', () => {
  test('is by date, then by number as people count, then by id', () => {
    const refund = (id: string, date: string, refundNumber: string): ReturnType<typeof refundOf> => refundOf({ id, date, amount: 1, refundNumber });
    const refunds = [refund('d', '2026-02-01', 'R-10'), refund('c', '2026-02-01', 'R-9'), refund('b', '2026-02-01', 'R-9'), refund('z', '2026-01-31', 'R-99')];
    expect(countedLedger(accountOf({ refunds })).refunds.map(({ id }) => id)).toEqual(['z', 'b', 'c', 'd']);
  });

  test('puts the increases of a day before its decreases, and lines by their ids, tax included', () => {
    const credits = [adjustmentOf({ id: 'a1', date: '2026-02-01', amount: 5, direction: 'Decrease' }), adjustmentOf({ id: 'a2', date: '2026-02-01', amount: 5, direction: 'Increase' })];
    const { adjustments, invoices } = countedLedger(accountOf(unpaid, { credits }));
    expect(adjustments.map(({ id }) => id)).toEqual(['a2', 'a1']);
    expect(invoices.get('i1')?.lines.map(({ id, gross }) => [id, gross])).toEqual([['a', 500], ['b', 1200]]);
  });
});

describe('an application', () => {
  const counted = (...applications: object[]): [string[], number | undefined] => {
    const inFrancs = invoiceOf({ id: 'i2', date: '2026-01-05', currency: 'CHF', paid: 0, amount: 900 });
    const { applications: own, payments } = countedLedger(accountOf(unpaid, inFrancs, { payments: [payment({ appliedAmount: 3000 })], paymentApplications: applications as never }));
    return [own.map(({ id }) => id), payments.get('p1')?.elsewhere];
  };

  test('to an invoice that is not here, or of another currency, pays nothing here', () => {
    expect(counted(applied('x1', 'i1', 1700), applied('x2', 'i2', 900), applied('x3', 'unknown', 400))).toEqual([['x1'], 1300]);
  });

  test('that is missing from the export was paid elsewhere', () => {
    expect(counted(applied('x1', 'i1', 1700))).toEqual([['x1'], 1300]);
    expect(counted()).toEqual([[], 3000]);
  });
});
