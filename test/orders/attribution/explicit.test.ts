import { describe, expect, test } from '@jest/globals';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, invoiceOf, refundOf } from '../account.ts';
import { invoice1, invoice2, itemsOf, linkOf, products } from './items.ts';

function refusedOf(ledger: AccountLedger): unknown[] {
  return attribute(ledger, { products, spill: 'none' }).refusedLinks.map(({ linkId, reason, amount }) => [linkId, reason, amount].join(' '));
}

describe('links of the platform', () => {
  test('are found through the invoice payment and through the payment', () => {
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 1000 }), refundOf({ id: 'r2', date: '2026-03-01', amount: 500 })];
    const refundApplications = [linkOf('l1', 'r1', 1000, { paymentApplicationId: 'application to i1' }), linkOf('l2', 'r2', 500, { paymentId: 'payment of i1' })];
    expect(itemsOf(accountOf(invoice1, invoice2, { refunds, refundApplications }))).toEqual(['r1 i1-1 1000 explicit', 'r2 i1-1 500 explicit']);
  });

  test('are not followed beyond what the invoice can take: the next methods take the rest, and it is reported', () => {
    const ledger = accountOf(invoice1, invoiceOf({ id: 'i2', date: '2026-02-05', paid: 1200, lines: [{ id: 'i2-1', amount: 3000 }] }), {
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 2000 })],
      refundApplications: [linkOf('l1', 'r1', 2000, { invoiceId: 'i2' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i2-1 1200 explicit', 'r1 i1-1 800 account']);
    expect(refusedOf(ledger)).toEqual(['l1 above_capacity 800']);
  });

  test('are never followed to an invoice that is unknown, later, or of another currency', () => {
    const ledger = accountOf(invoice1, invoiceOf({ id: 'i3', date: '2026-04-05', lines: [{ id: 'i3-1', amount: 3000 }] }), invoiceOf({ id: 'i4', date: '2026-01-05', currency: 'CHF', lines: [{ id: 'i4-1', amount: 3000 }] }), {
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 600 })],
      refundApplications: [linkOf('l1', 'r1', 100, { invoiceId: 'of another account', paymentId: 'payment of i1' }), linkOf('l2', 'r1', 200, { invoiceId: 'i3' }), linkOf('l3', 'r1', 300, { invoiceId: 'i4' })],
    });
    expect(refusedOf(ledger)).toEqual(['l1 unknown_invoice 100', 'l2 later_invoice 200', 'l3 other_currency 300']);
    expect(itemsOf(ledger)).toEqual(['r1 i1-1 600 account']);
  });

  test('that add up to more than the refund are cut, in the order of their ids', () => {
    const ledger = accountOf(invoice1, invoice2, {
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 1000 })],
      refundApplications: [linkOf('l2', 'r1', 700, { invoiceId: 'i1' }), linkOf('l1', 'r1', 600, { invoiceId: 'i2' })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 i2-1 600 explicit', 'r1 i1-1 400 explicit']);
    expect(refusedOf(ledger)).toEqual(['l2 above_refund 300']);
  });

  test('go to the lines of the product that the refund names before others', () => {
    const mixed = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 1000, sku: 'ALP-2' }, { id: 'b', amount: 1000, sku: 'ALP-1' }] });
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 1500, sku: 'alp-1' })];
    expect(itemsOf(accountOf(mixed, { refunds, refundApplications: [linkOf('l1', 'r1', 1500, { invoiceId: 'i1' })] }))).toEqual(['r1 b 1000 explicit', 'r1 a 500 explicit']);
  });

  test('to an invoice whose lines are not known end on the invoice', () => {
    const refunds = [refundOf({ id: 'r1', date: '2026-03-01', amount: 900 })];
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 1000 }), { refunds, refundApplications: [linkOf('l1', 'r1', 900, { invoiceId: 'i1' })] });
    expect(itemsOf(ledger)).toEqual(['r1 i1 900 explicit']);
  });
});
