import { expect, test } from '@jest/globals';

import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, invoiceOf, refundOf } from '../account.ts';
import { invoice1, invoice2, itemsOf } from './items.ts';

const otherProduct = invoiceOf({ id: 'i3', date: '2026-02-10', lines: [{ id: 'i3-1', amount: 5000, sku: 'ALP-2' }] });
/** Refunds of product ALP-1: `2026-03-01 1000`. */
const refunded = (refunds: readonly string[], ...invoices: readonly Partial<AccountLedger>[]): string[] =>
  itemsOf(accountOf(...invoices, { refunds: refunds.map((text, i) => refundOf({ id: `r${i + 1}`, date: text.split(' ')[0] ?? '', amount: Number(text.split(' ')[1]), sku: 'ALP-1' })) }));

test('the newest invoice of the product comes first, older ones take the rest, and other products nothing', () => {
  expect(refunded(['2026-03-01 7000'], invoice1, invoice2, otherProduct)).toEqual(['r1 i2-1 3000 same_product', 'r1 i1-1 3000 same_product', 'r1 - 1000 unallocated']);
});

test('an invoice of the day of the refund can take it, a later one cannot', () => {
  expect(refunded(['2026-02-05 1000'], invoice1, invoice2)).toEqual(['r1 i2-1 1000 same_product']);
  expect(refunded(['2026-02-04 1000'], invoice1, invoice2)).toEqual(['r1 i1-1 1000 same_product']);
});

test('a later refund finds what the earlier ones have left', () => {
  expect(refunded(['2026-03-01 2000', '2026-03-02 2000'], invoice1, invoice2)).toEqual(['r1 i2-1 2000 same_product', 'r2 i2-1 1000 same_product', 'r2 i1-1 1000 same_product']);
});

test('of one day the higher number is newer, then the higher id; the lines of an invoice come by their ids', () => {
  const of = (id: string, invoiceNumber: string): Partial<AccountLedger> => invoiceOf({ id, invoiceNumber, date: '2026-01-05', lines: [{ id: `${id} b`, amount: 500, sku: 'ALP-1' }, { id: `${id} a`, amount: 500, sku: 'ALP-1' }] });
  expect(refunded(['2026-03-01 2700'], of('i1', 'INV-9'), of('i3', 'INV-10'), of('i2', 'INV-9'))).toEqual([
    'r1 i3 a 500 same_product', 'r1 i3 b 500 same_product', 'r1 i2 a 500 same_product', 'r1 i2 b 500 same_product', 'r1 i1 a 500 same_product', 'r1 i1 b 200 same_product',
  ]);
});

test('an unpaid invoice gives nothing back', () => {
  const unpaid = invoiceOf({ id: 'i2', date: '2026-02-05', paid: 0, lines: [{ id: 'i2-1', amount: 3000, sku: 'ALP-1' }] });
  expect(refunded(['2026-03-01 1000'], invoice1, unpaid)).toEqual(['r1 i1-1 1000 same_product']);
});
