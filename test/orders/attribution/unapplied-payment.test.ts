import { describe, expect, test } from '@jest/globals';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { PaymentApplicationFact, PaymentFact, RefundFact } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';
import { invoice1, itemsOf, linkOf, products } from './items.ts';

describe('money that was never for a purchase', () => {
  const payment = (id: string, amount: number, changes: Partial<PaymentFact> = {}): PaymentFact => ({
    id, paymentNumber: id, effectiveDate: '2026-01-05' as LocalDate, status: 'Processed', currency: 'EUR', amount, appliedAmount: null, ...changes,
  });
  const applied = (paymentId: string, invoiceId: string, amount: number): PaymentApplicationFact => ({ id: `${paymentId} to ${invoiceId}`, invoiceId, paymentId, currency: 'EUR', amount });
  const unpaid = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 0, lines: [{ id: 'i1-1', amount: 3000 }] });
  const refund = (amount: number, changes: Partial<Omit<RefundFact, 'amount'>> = {}): RefundFact => refundOf({ id: 'r1', date: '2026-02-01', amount, paymentId: 'p2', ...changes });

  test('is the second charge of an invoice, also where the platform applied it to the invoice', () => {
    const payments = [payment('p1', 3000), payment('p2', 3000)];
    const first = applied('p1', 'i1', 3000);
    const once = accountOf(unpaid, { payments, paymentApplications: [first], refunds: [refund(3000)] });
    const twice = accountOf(unpaid, { payments, paymentApplications: [first, applied('p2', 'i1', 3000)], refunds: [refund(3000)] });
    expect([itemsOf(once), itemsOf(twice)]).toEqual([['r1 - 3000 unapplied_payment'], ['r1 - 3000 unapplied_payment']]);
    expect(attribute(once, { products, spill: 'none' }).notes[0]).toMatchObject({ unallocated: 0, upstream: true, items: [{ invoiceId: null, confidence: 'exact' }] });
    // The first charge has settled the invoice: given back, it is the purchase that is given back.
    expect(itemsOf({ ...twice, refunds: [refund(3000, { paymentId: 'p1' })] })).toEqual(['r1 i1-1 3000 payment']);
  });

  test('is what a payment is more than its invoice; the rest of a refund of it is of the purchase', () => {
    const ledger = accountOf(unpaid, { payments: [payment('p2', 3700)], paymentApplications: [applied('p2', 'i1', 3000)], refunds: [refund(700), refundOf({ id: 'r2', date: '2026-02-02', amount: 1000, paymentId: 'p2' })] });
    expect(itemsOf(ledger)).toEqual(['r1 - 700 unapplied_payment', 'r2 i1-1 1000 payment']);
    expect(itemsOf({ ...ledger, refunds: [refund(1700)] })).toEqual(['r1 - 700 unapplied_payment', 'r1 i1-1 1000 payment']);
  });

  test('is a deposit that no invoice ever took', () => {
    expect(itemsOf(accountOf(invoice1, { payments: [payment('p2', 5000)], refunds: [refund(5000)] }))).toEqual(['r1 - 5000 unapplied_payment']);
  });

  test('is what was applied to an invoice that a credit had settled before, not one that was credited after it', () => {
    const paid = { payments: [payment('p2', 3000)], paymentApplications: [applied('p2', 'i1', 3000)], refunds: [refund(1000)] };
    const credited = (date: string): string[] => itemsOf(accountOf(unpaid, paid, { credits: [memoOf({ id: 'm1', date, amount: 1000, invoiceId: 'i1' })] }));
    expect(credited('2026-01-05')).toEqual(['r1 - 1000 unapplied_payment']);
    expect(credited('2026-01-06')).toEqual(['r1 i1-1 1000 payment']);
  });

  test('is not what went on by way of the credit balance', () => {
    const later = invoiceOf({ id: 'i2', date: '2026-01-10', paid: 0, lines: [{ id: 'i2-1', amount: 500 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 700, direction: 'Increase', source: 'Payment p2' }),
      adjustmentOf({ id: 'a2', date: '2026-01-10', amount: 500, direction: 'Decrease', source: 'Invoice i2' }),
    ];
    const ledger = accountOf(unpaid, later, { payments: [payment('p2', 3700)], paymentApplications: [applied('p2', 'i1', 3000)], credits, refunds: [refund(700)] });
    expect(itemsOf(ledger)).toEqual(['r1 - 200 unapplied_payment', 'r1 i1-1 500 payment']);
  });

  test('is not what was paid elsewhere, or by applications that are missing from the export', () => {
    const ofAnother = accountOf(invoice1, { payments: [payment('p2', 3000)], paymentApplications: [applied('p2', 'an invoice of another account', 3000)], refunds: [refund(3000)] });
    const missing = accountOf({ payments: [payment('p2', 3000, { appliedAmount: 3000 })], refunds: [refund(3000)] });
    expect([itemsOf(ofAnother), itemsOf(missing)]).toEqual([['r1 i1-1 3000 account'], ['r1 - 3000 unallocated']]);
  });

  test('is found through a link of the platform where the refund names no payment, and never in another currency', () => {
    const links = { refundApplications: [linkOf('l1', 'r1', 3000, { paymentId: 'p2' })], payments: [payment('p2', 3000)] };
    expect(itemsOf(accountOf(invoice1, links, { refunds: [refund(3000, { paymentId: null })] }))).toEqual(['r1 - 3000 unapplied_payment']);
    expect(itemsOf(accountOf(links, { refunds: [refund(3000, { currency: 'CHF' })] }))).toEqual(['r1 - 3000 unallocated']);
  });

  test('comes after the links of the platform', () => {
    const ledger = accountOf(unpaid, {
      payments: [payment('p1', 3000), payment('p2', 3000)], paymentApplications: [applied('p1', 'i1', 3000)],
      refunds: [refund(4000)], refundApplications: [linkOf('l1', 'r1', 2500, { invoiceId: 'i1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 2500 explicit', 'r1 - 1500 unapplied_payment']);
  });
});
