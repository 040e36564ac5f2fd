import { describe, expect, test } from '@jest/globals';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import { productNames } from '../../../src/orders/attribution/product-names.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { AccountLedger, PaymentApplicationFact, PaymentFact, RefundApplicationFact, RefundFact } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';

const products = productNames([
  { productId: 'p1', productName: 'Steinbock Protein', sku: 'ALP-1' },
  { productId: 'p2', productName: 'Protein', sku: 'ALP-2' },
  { productId: 'p3', productName: 'Alm Tee', sku: 'ALP-3' },
]);

/** Refund, line or invoice, amount, method: `r1 i1-1 500 account`. */
function itemsOf(ledger: AccountLedger, spill: 'none' | 'account' = 'none'): string[] {
  return attribute(ledger, { products, spill }).notes.flatMap(({ refundId, items }) =>
    items.map(({ invoiceId, invoiceLineId, amount, method }) => [refundId, invoiceLineId ?? invoiceId ?? '-', amount, method].join(' ')),
  );
}

function refusedOf(ledger: AccountLedger): unknown[] {
  return attribute(ledger, { products, spill: 'none' }).refusedLinks.map(({ linkId, reason, amount }) => [linkId, reason, amount].join(' '));
}

const link = (id: string, refundId: string, amount: number, to: Partial<RefundApplicationFact>): RefundApplicationFact => ({
  id, refundId, amount, paymentApplicationId: null, invoiceId: null, paymentId: null, ...to,
});
const invoice1 = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'i1-1', amount: 3000, sku: 'ALP-1' }] });
const invoice2 = invoiceOf({ id: 'i2', date: '2026-02-05', lines: [{ id: 'i2-1', amount: 3000, sku: 'ALP-1' }] });

describe('links of the platform', () => {
  test('are found through the invoice payment and through the payment.', () => {
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 1000 }), refundOf({ id: 'r2', date: '2026-03-01', amount: 500 })];
    const refundApplications = [link('l1', 'r1', 1000, { paymentApplicationId: 'application to i1' }), link('l2', 'r2', 500, { paymentId: 'payment of i1' })];
    expect(itemsOf(accountOf(invoice1, invoice2, { refunds, refundApplications }))).toEqual(['r1 i1-1 1000 explicit', 'r2 i1-1 500 explicit']);
  });

  test('keep what they name from earlier refunds that only guess.', () => {
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 1000, sku: 'ALP-1' }), refundOf({ id: 'r2', date: '2026-03-10', amount: 3000 })];
    const refundApplications = [link('l1', 'r2', 3000, { invoiceId: 'i2' })];
    expect(itemsOf(accountOf(invoice1, invoice2, { refunds, refundApplications }))).toEqual(['r1 i1-1 1000 same_product', 'r2 i2-1 3000 explicit']);
  });

  test('are not followed beyond what the invoice can take: the next methods take the rest, and it is reported.', () => {
    const ledger = accountOf(invoice1, invoiceOf({ id: 'i2', date: '2026-02-05', paid: 1200, lines: [{ id: 'i2-1', amount: 3000 }] }), {
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 2000 })],
      refundApplications: [link('l1', 'r1', 2000, { invoiceId: 'i2' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i2-1 1200 explicit', 'r1 i1-1 800 account']);
    expect(refusedOf(ledger)).toEqual(['l1 above_capacity 800']);
  });

  test('are never followed to an invoice that is unknown, later, or of another currency.', () => {
    const ledger = accountOf(invoice1, invoiceOf({ id: 'i3', date: '2026-04-05', lines: [{ id: 'i3-1', amount: 3000 }] }), invoiceOf({ id: 'i4', date: '2026-01-05', currency: 'CHF', lines: [{ id: 'i4-1', amount: 3000 }] }), {
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 600 })],
      refundApplications: [link('l1', 'r1', 100, { invoiceId: 'of another account', paymentId: 'payment of i1' }), link('l2', 'r1', 200, { invoiceId: 'i3' }), link('l3', 'r1', 300, { invoiceId: 'i4' })],
    });
    expect(refusedOf(ledger)).toEqual(['l1 unknown_invoice 100', 'l2 later_invoice 200', 'l3 other_currency 300']);
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 600 account']);
  });

  test('that add up to more than the refund are cut, in the order of their ids.', () => {
    const ledger = accountOf(invoice1, invoice2, {
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 1000 })],
      refundApplications: [link('l2', 'r1', 700, { invoiceId: 'i1' }), link('l1', 'r1', 600, { invoiceId: 'i2' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i2-1 600 explicit', 'r1 i1-1 400 explicit']);
    expect(refusedOf(ledger)).toEqual(['l2 above_refund 300']);
  });

  test('go to the lines of the product that the refund names before others.', () => {
    const mixed = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 1000, sku: 'ALP-2' }, { id: 'b', amount: 1000, sku: 'ALP-1' }] });
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 1500, sku: 'alp-1' })];
    expect(itemsOf(accountOf(mixed, { refunds, refundApplications: [link('l1', 'r1', 1500, { invoiceId: 'i1' })] }))).toEqual(['r1 b 1000 explicit', 'r1 a 500 explicit']);
  });

  test('to an invoice whose lines are not known end on the invoice.', () => {
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 900 })];
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 1000 }), { refunds, refundApplications: [link('l1', 'r1', 900, { invoiceId: 'i1' })] });
    expect(itemsOf(ledger)).toEqual(['r1 i1 900 explicit']);
  });
});

describe('a payment', () => {
  const both = { paymentApplications: [{ id: 'x1', invoiceId: 'i1', paymentId: 'p', currency: 'EUR', amount: 3000 }, { id: 'x2', invoiceId: 'i2', paymentId: 'p', currency: 'EUR', amount: 3000 }] };
  const paidBy = (status: string): AccountLedger =>
    accountOf({ ...invoice1, paymentApplications: [], payments: [] }, { ...invoice2, paymentApplications: [], payments: [] }, both, {
      payments: [{ id: 'p', paymentNumber: 'P-1', effectiveDate: null, status, currency: 'EUR', amount: 6000, appliedAmount: null }],
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 4000, paymentId: 'p' })],
    });

  test('leads to the invoices that it paid, newest first.', () => {
    expect(itemsOf(paidBy('Processed'))).toEqual(['r1 i2-1 3000 payment', 'r1 i1-1 1000 payment']);
  });

  test('that was voided paid nothing.', () => {
    expect(itemsOf(paidBy('Voided'))).toEqual(['r1 - 4000 unallocated']);
  });
});

describe('money that was never for a purchase', () => {
  const payment = (id: string, amount: number, changes: Partial<PaymentFact> = {}): PaymentFact => ({
    id, paymentNumber: id, effectiveDate: '2026-01-05' as LocalDate, status: 'Processed', currency: 'EUR', amount, appliedAmount: null, ...changes,
  });
  const applied = (paymentId: string, invoiceId: string, amount: number): PaymentApplicationFact => ({ id: `${paymentId} to ${invoiceId}`, invoiceId, paymentId, currency: 'EUR', amount });
  const unpaid = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 0, lines: [{ id: 'i1-1', amount: 3000 }] });
  const refund = (amount: number, changes: Partial<Omit<RefundFact, 'amount'>> = {}): RefundFact => refundOf({ id: 'r1', date: '2026-02-01', amount, paymentId: 'p2', ...changes });

  test('is the second charge of an invoice, also where the platform applied it to the invoice.', () => {
    const payments = [payment('p1', 3000), payment('p2', 3000)];
    const first = applied('p1', 'i1', 3000);
    const once = accountOf(unpaid, { payments, paymentApplications: [first], refunds: [refund(3000)] });
    const twice = accountOf(unpaid, { payments, paymentApplications: [first, applied('p2', 'i1', 3000)], refunds: [refund(3000)] });
    expect([itemsOf(once), itemsOf(twice)]).toEqual([['r1 - 3000 unapplied_payment'], ['r1 - 3000 unapplied_payment']]);
    expect(attribute(once, { products, spill: 'none' }).notes[0]).toMatchObject({ unallocated: 0, upstream: true, items: [{ invoiceId: null, confidence: 'exact' }] });
    // The first charge has settled the invoice: given back, it is the purchase that is given back.
    expect(itemsOf({ ...twice, refunds: [refund(3000, { paymentId: 'p1' })] })).toEqual(['r1 i1-1 3000 payment']);
  });

  test('is what a payment is more than its invoice; the rest of a refund of it is of the purchase.', () => {
    const ledger = accountOf(unpaid, { payments: [payment('p2', 3700)], paymentApplications: [applied('p2', 'i1', 3000)], refunds: [refund(700), refundOf({ id: 'r2', date: '2026-02-02', amount: 1000, paymentId: 'p2' })] });
    expect(itemsOf(ledger)).toEqual(['r1 - 700 unapplied_payment', 'r2 i1-1 1000 payment']);
    expect(itemsOf({ ...ledger, refunds: [refund(1700)] })).toEqual(['r1 - 700 unapplied_payment', 'r1 i1-1 1000 payment']);
  });

  test('is a deposit that no invoice ever took.', () => {
    expect(itemsOf(accountOf(invoice1, { payments: [payment('p2', 5000)], refunds: [refund(5000)] }))).toEqual(['r1 - 5000 unapplied_payment']);
  });

  test('is what was applied to an invoice that a credit had settled before, not one that was credited after it.', () => {
    const paid = { payments: [payment('p2', 3000)], paymentApplications: [applied('p2', 'i1', 3000)], refunds: [refund(1000)] };
    const credited = (date: string): string[] => itemsOf(accountOf(unpaid, paid, { credits: [memoOf({ id: 'm1', date, amount: 1000, invoiceId: 'i1' })] }));
    expect(credited('2026-01-05')).toEqual(['r1 - 1000 unapplied_payment']);
    expect(credited('2026-01-06')).toEqual(['r1 i1-1 1000 payment']);
  });

  test('is not what went on by way of the credit balance.', () => {
    const later = invoiceOf({ id: 'i2', date: '2026-01-10', paid: 0, lines: [{ id: 'i2-1', amount: 500 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 700, direction: 'Increase', source: 'Payment p2' }),
      adjustmentOf({ id: 'a2', date: '2026-01-10', amount: 500, direction: 'Decrease', source: 'Invoice i2' }),
    ];
    const ledger = accountOf(unpaid, later, { payments: [payment('p2', 3700)], paymentApplications: [applied('p2', 'i1', 3000)], credits, refunds: [refund(700)] });
    expect(itemsOf(ledger)).toEqual(['r1 - 200 unapplied_payment', 'r1 i1-1 500 payment']);
  });

  test('is not what was paid elsewhere, or by applications that are missing from the export.', () => {
    const ofAnother = accountOf(invoice1, { payments: [payment('p2', 3000)], paymentApplications: [applied('p2', 'an invoice of another account', 3000)], refunds: [refund(3000)] });
    const missing = accountOf({ payments: [payment('p2', 3000, { appliedAmount: 3000 })], refunds: [refund(3000)] });
    expect([itemsOf(ofAnother), itemsOf(missing)]).toEqual([['r1 i1-1 3000 account'], ['r1 - 3000 unallocated']]);
  });

  test('is found through a link of the platform where the refund names no payment, and never in another currency.', () => {
    const links = { refundApplications: [link('l1', 'r1', 3000, { paymentId: 'p2' })], payments: [payment('p2', 3000)] };
    expect(itemsOf(accountOf(invoice1, links, { refunds: [refund(3000, { paymentId: null })] }))).toEqual(['r1 - 3000 unapplied_payment']);
    expect(itemsOf(accountOf(links, { refunds: [refund(3000, { currency: 'CHF' })] }))).toEqual(['r1 - 3000 unallocated']);
  });

  test('comes after the links of the platform.', () => {
    const ledger = accountOf(unpaid, {
      payments: [payment('p1', 3000), payment('p2', 3000)], paymentApplications: [applied('p1', 'i1', 3000)],
      refunds: [refund(4000)], refundApplications: [link('l1', 'r1', 2500, { invoiceId: 'i1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 2500 explicit', 'r1 - 1500 unapplied_payment']);
  });
});

describe('amounts with a minus', () => {
  test('are no refund, no payment and no credit.', () => {
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 3000, paid: -3000 }), {
      credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: -1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: -1900 }), refundOf({ id: 'r2', date: '2026-02-01', amount: 100 })],
    });
    expect(itemsOf(ledger)).toEqual(['r2 - 100 unallocated']);
  });
});

describe('negative invoices', () => {
  const negative = (id: string, date: string, amount: number): Partial<AccountLedger> => invoiceOf({ id, date, lines: [{ id: `${id}-1`, amount: -amount }] });
  const payout = (amount: number, date = '2026-03-01'): RefundFact => refundOf({ id: 'r1', date, amount, sourceType: 'CreditBalance' });

  test('are paid out by refunds of the credit balance, the newest first, also where no movement of the balance tells of it.', () => {
    const ledger = accountOf(invoice1, negative('n1', '2026-01-20', 800), negative('n2', '2026-02-01', 500), negative('n3', '2026-03-02', 900));
    expect(itemsOf({ ...ledger, refunds: [payout(1000)] })).toEqual(['r1 n2-1 500 credit_memo', 'r1 n1-1 500 credit_memo']);
    expect(itemsOf({ ...ledger, refunds: [payout(1400)] })).toEqual(['r1 n2-1 500 credit_memo', 'r1 n1-1 800 credit_memo', 'r1 i1-1 100 account']);
    expect(itemsOf({ ...ledger, refunds: [payout(300), refundOf({ id: 'r2', date: '2026-03-03', amount: 1200, sourceType: 'Credit Balance' })] })).toEqual([
      'r1 n2-1 300 credit_memo', 'r2 n3-1 900 credit_memo', 'r2 n2-1 200 credit_memo', 'r2 n1-1 100 credit_memo',
    ]);
    expect(itemsOf({ ...ledger, refunds: [{ ...payout(300), sourceType: 'Payment' }] })).toEqual(['r1 i1-1 300 account']);
    expect(itemsOf({ ...ledger, refunds: [{ ...payout(300), currency: 'CHF' }] })).toEqual(['r1 - 300 unallocated']);
  });

  test('are not paid out again where the credit balance has used them.', () => {
    const next = invoiceOf({ id: 'i2', date: '2026-02-05', paid: 2400, lines: [{ id: 'i2-1', amount: 3000 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-20', amount: 800, direction: 'Increase', source: 'Invoice n1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-05', amount: 600, direction: 'Decrease', source: 'Invoice i2' }),
    ];
    const ledger = accountOf(next, negative('n1', '2026-01-20', 800), { credits, refunds: [payout(500)] });
    expect(itemsOf(ledger)).toEqual(['r1 n1-1 200 credit_memo', 'r1 i2-1 300 account']);
  });
});

describe('upstream credits', () => {
  test('A refund of a credit memo uses the memo, and no capacity.', () => {
    const ledger = accountOf(invoice1, {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-02', amount: 1000, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-03', amount: 2500, sku: 'ALP-1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 1000 credit_memo', 'r2 i1-1 2000 same_product', 'r2 - 500 unallocated']);
    expect(attribute(ledger, { products, spill: 'none' }).notes.map(({ upstream }) => upstream)).toEqual([true, false]);
  });

  test('A memo is paid out once: what a refund has beyond it goes on to the next methods.', () => {
    const ledger = accountOf(invoice1, invoice2, {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-06', amount: 700, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-07', amount: 500, creditMemoId: 'm1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 700 credit_memo', 'r2 i1-1 300 credit_memo', 'r2 i2-1 200 account']);
  });

  test('A memo is paid out on the lines that it credited, in the order of their ids.', () => {
    const two = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 2000 }, { id: 'b', amount: 2000 }] });
    const ledger = accountOf(two, {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-06', amount: 700, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-07', amount: 300, creditMemoId: 'm1' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 a 500 credit_memo', 'r1 b 200 credit_memo', 'r2 b 300 credit_memo']);
  });

  test('A memo without an invoice, or with one of another time, makes an item without an invoice.', () => {
    const ledger = accountOf(invoice1, invoiceOf({ id: 'i9', date: '2026-09-01', lines: [{ id: 'i9-1', amount: 500 }] }), {
      credits: [memoOf({ id: 'm1', date: '2026-02-01', amount: 400 }), memoOf({ id: 'm2', date: '2026-02-01', amount: 300, invoiceId: 'i9' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-02', amount: 400, creditMemoId: 'm1' }), refundOf({ id: 'r2', date: '2026-02-02', amount: 300, creditMemoId: 'm2' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 - 400 credit_memo', 'r2 - 300 credit_memo']);
    expect(attribute(ledger, { products, spill: 'none' }).notes.map(({ unallocated }) => unallocated)).toEqual([0, 0]);
  });

  test('A memo that the platform says was paid out, in this amount and named by nobody, was paid out by the refund.', () => {
    const refund = refundOf({ id: 'r1', date: '2026-02-02', amount: 400, sourceType: 'CreditBalance' });
    const memo = (id: string): AccountLedger['credits'][number] => memoOf({ id, date: '2026-02-01', amount: 400, refundAmount: 400, invoiceId: 'i1' });
    expect(itemsOf(accountOf(invoice1, { credits: [memo('m1')], refunds: [refund] }))).toEqual(['r1 i1-1 400 credit_memo']);
    expect(itemsOf(accountOf(invoice1, { credits: [memo('m1'), memo('m2')], refunds: [refund] }))).toEqual(['r1 i1-1 400 account']);
  });

  test('A payout of the credit balance is traced to the negative invoice that filled it.', () => {
    const negative = invoiceOf({ id: 'n1', date: '2026-02-01', lines: [{ id: 'n1-1', amount: -800 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-02-01', amount: 800, direction: 'Increase', source: 'Invoice n1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-03', amount: 800, direction: 'Decrease', source: 'Refund r1' }),
    ];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-03', amount: 800, sourceType: 'CreditBalance' })];
    expect(itemsOf(accountOf(invoice1, negative, { credits, refunds }))).toEqual(['r1 n1-1 800 credit_memo']);
  });

  test('A payout of an overpayment is traced to the payment, and so to the newest invoice that it paid.', () => {
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 500, direction: 'Increase', source: 'Payment payment of i1', sourceTransactionId: 'payment of i1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-03', amount: 500, direction: 'Decrease', sourceTransactionType: 'Refund', sourceTransactionNumber: 'R-17' }),
    ];
    const refunds = [refundOf({ id: 'r1', refundNumber: 'R-17', date: '2026-02-03', amount: 500, sourceType: 'CreditBalance', kind: 'goodwill' })];
    expect(itemsOf(accountOf(invoice1, { credits, refunds }))).toEqual(['r1 i1 500 credit_memo']);
  });

  test('A payout of a credit that nothing stands behind is a refund like any other.', () => {
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 500, direction: 'Increase' }),
      adjustmentOf({ id: 'a2', date: '2026-02-03', amount: 500, direction: 'Decrease', source: 'Refund r1' }),
    ];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-03', amount: 500, sourceType: 'CreditBalance', kind: 'goodwill' })];
    expect(itemsOf(accountOf(invoice1, { credits, refunds }))).toEqual(['r1 i1-1 500 account']);
  });

  test('Credit that was used for an invoice lowers what it can give back.', () => {
    const used = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 2000, lines: [{ id: 'i1-1', amount: 3000 }] });
    const credits = [adjustmentOf({ id: 'a1', date: '2026-01-05', amount: 1000, direction: 'Decrease', source: 'Invoice i1' })];
    expect(itemsOf(accountOf(used, { credits, refunds: [refundOf({ id: 'r1', date: '2026-02-03', amount: 2500 })] }))).toEqual(['r1 i1-1 2000 account', 'r1 - 500 unallocated']);
  });
});

describe('capacity', () => {
  test('A discount lowers the line that it applies to; one that names none lowers all, by largest remainder.', () => {
    const lines = [
      { id: 'a', amount: 1000, sku: 'ALP-1' },
      { id: 'b', amount: 500, sku: 'ALP-2' },
      { id: 'c', amount: -400, processingType: '1', appliedToLineId: 'a' },
      { id: 'd', amount: -100, processingType: '1' },
    ];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 1000, sku: 'ALP-1' }), refundOf({ id: 'r2', date: '2026-02-01', amount: 1000, sku: 'ALP-2' })];
    expect(itemsOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }), { refunds }))).toEqual([
      'r1 a 545 same_product', 'r1 - 455 unallocated', 'r2 b 455 same_product', 'r2 - 545 unallocated',
    ]);
  });

  test('A credit memo is spread over the lines of its invoice by largest remainder.', () => {
    const lines = [{ id: 'a', amount: 1000, sku: 'ALP-1' }, { id: 'b', amount: 1000, sku: 'ALP-2' }, { id: 'c', amount: 1000, sku: 'ALP-3' }];
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }), {
      credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 3000 })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 a 666 account', 'r1 b 667 account', 'r1 c 667 account', 'r1 - 1000 unallocated']);
  });

  test('A line takes its tax as well, also where the tax is a line of its own.', () => {
    const lines = [{ id: 'a', amount: 1000, taxAmount: 200, sku: 'ALP-1' }, { id: 'b', amount: 500, sku: 'ALP-2' }, { id: 'c', amount: 100, processingType: 'Tax', appliedToLineId: 'b' }];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 1200, sku: 'ALP-1' }), refundOf({ id: 'r2', date: '2026-02-01', amount: 600, sku: 'ALP-2' })];
    expect(itemsOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }), { refunds }))).toEqual(['r1 a 1200 same_product', 'r2 b 600 same_product']);
  });

  test('Numbers count as people count: INV-10 is higher than INV-9.', () => {
    const numbered = (number: string): Partial<AccountLedger> => invoiceOf({ id: number, invoiceNumber: number, date: '2026-01-05', lines: [{ id: `line of ${number}`, amount: 100 }] });
    expect(itemsOf(accountOf(numbered('INV-10'), numbered('INV-9'), { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 50 })] }))).toEqual(['r1 line of INV-10 50 account']);
  });

  test('Draft invoices, negative ones and those of another currency take nothing.', () => {
    const ledger = accountOf(
      invoiceOf({ id: 'i1', date: '2026-01-05', status: 'Draft', lines: [{ id: 'a', amount: 1000 }] }),
      invoiceOf({ id: 'i2', date: '2026-01-05', currency: 'CHF', lines: [{ id: 'b', amount: 1000 }] }),
      invoiceOf({ id: 'i3', date: '2026-01-05', lines: [{ id: 'c', amount: 500 }, { id: 'd', amount: -900 }] }),
      { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 100 })] },
    );
    expect(itemsOf(ledger)).toEqual(['r1 - 100 unallocated']);
  });
});

describe('the product', () => {
  const teaAndProtein = accountOf(
    invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'tea', amount: 1000, sku: 'ALP-3', chainId: 'c1' }] }),
    invoiceOf({ id: 'i2', date: '2026-01-06', lines: [{ id: 'protein', amount: 1000, sku: 'ALP-2' }] }),
    invoiceOf({ id: 'i3', date: '2026-01-07', lines: [{ id: 'steinbock', amount: 1000, sku: null, productId: 'p1' }] }),
    { subscriptions: [{ id: 's1', name: 'A-S00000037', chainId: 'c1' }] },
  );
  const refunded = (changes: Parameters<typeof refundOf>[0] extends infer Changes ? Partial<Changes> : never, spill: 'none' | 'account' = 'none'): string[] =>
    itemsOf(accountOf(teaAndProtein, { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 100, ...changes })] }), spill);

  test.each([
    ['a SKU in the comment', { comment: 'Kunde: alp-3 zurück' }, 'tea'],
    ['a SKU in the reason code', { reasonCode: 'ALP-3' }, 'tea'],
    ['a name in the comment, whatever its case and accents', { comment: 'ÁLM TEE zurückgeschickt' }, 'tea'],
    ['the longer of two names that hold one another', { comment: 'Steinbock Protein zurückgeschickt' }, 'steinbock'],
    ['the shorter name where it stands alone', { comment: 'Protein zurückgeschickt' }, 'protein'],
    ['a SKU before a name', { comment: 'ALP-3 statt Protein' }, 'tea'],
    ['the number of a subscription', { comment: 'A-S00000037 zurückgeschickt' }, 'tea'],
    ['its own field before any text', { sku: 'ALP-2', comment: 'ALP-3' }, 'protein'],
  ])('is known by %s.', (_how, changes, line) => {
    expect(refunded(changes)).toEqual([`r1 ${line} 100 same_product`]);
  });

  test.each([
    ['part of a word', 'ALP-33'],
    ['the number of another subscription', 'A-S00000038'],
    ['nothing', null],
  ])('is not known by %s: then the newest invoice takes it.', (_what, comment) => {
    expect(refunded({ comment })).toEqual(['r1 steinbock 100 account']);
  });

  test('that was never bought does not spill over, unless that is configured.', () => {
    expect(refunded({ sku: 'ALP-9' })).toEqual(['r1 - 100 unallocated']);
    expect(refunded({ sku: 'ALP-9' }, 'account')).toEqual(['r1 steinbock 100 account']);
  });

  test('of a goodwill gesture comes first, and then all others.', () => {
    expect(refunded({ comment: 'Kulanz: Alm Tee', kind: 'goodwill', amount: 1500 })).toEqual(['r1 tea 1000 same_product', 'r1 steinbock 500 account']);
  });
});
