import { expect, test } from '@jest/globals';

import { confidenceOf, type CreditNote, type Method } from '../../../src/orders/ledger/credit-note.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import { ledgerEntries } from '../../../src/orders/ledger/ledger-entries.ts';
import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf } from '../account.ts';

/** What is booked at each place, by measure: of a line, of an invoice `i1 -`, of the account `-`. */
function booked(ledger: AccountLedger, notes: readonly CreditNote[] = []): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { measure, invoiceId, invoiceLineId, amount } of ledgerEntries(ledger, notes)) {
    const place = `${measure} ${invoiceId === null ? '-' : `${invoiceId} ${invoiceLineId ?? '-'}`}`;
    sums.set(place, (sums.get(place) ?? 0) + amount);
  }
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0));
}
const noteOf = (method: Method, amount: number, invoiceId: string | null, invoiceLineId: string | null): CreditNote => ({
  refundId: 'r1', kind: 'regular', refundDate: '2026-02-01' as LocalDate, currency: 'EUR', amount, items: [{ invoiceId, invoiceLineId, amount, method, confidence: confidenceOf[method] }], unallocated: 0, upstream: false,
});
const two = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 1001, lines: [{ id: 'a', amount: 2000 }, { id: 'b', amount: 1000 }] });
const ofTwo = { 'invoiced i1 a': 2000, 'invoiced i1 b': 1000, 'paid i1 a': 667, 'paid i1 b': 334 };

test('an invoice is booked by its lines, what it has beyond them on itself, and what was paid of it pro rata', () => {
  expect(booked(accountOf(two))).toEqual(ofTwo);
  expect(booked(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 0, amount: 1010, lines: [{ id: 'a', amount: 1000 }] })))).toEqual({ 'invoiced i1 a': 1000, 'invoiced i1 -': 10 });
});

test('what was paid beyond all invoices stands on the account', () => {
  expect(booked(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 3700, lines: [{ id: 'a', amount: 3000 }] })))).toEqual({ 'invoiced i1 a': 3000, 'paid i1 a': 3000, 'paid -': 700 });
});

test('a negative invoice is credited by its lines', () => {
  expect(booked(accountOf(invoiceOf({ id: 'n1', date: '2026-01-05', lines: [{ id: 'a', amount: -900 }, { id: 'b', amount: 100 }] })))).toEqual({ 'credited n1 a': 900, 'credited n1 b': -100 });
});

test('a memo is credited on the invoice that it refers to, else on the account', () => {
  const credits = [memoOf({ id: 'm1', date: '2026-02-01', amount: 300, invoiceId: 'i1' }), memoOf({ id: 'm2', date: '2026-02-01', amount: 70 })];
  expect(booked(accountOf(two, { credits }))).toEqual({ ...ofTwo, 'credited i1 a': 200, 'credited i1 b': 100, 'credited -': 70 });
});

test('credit that was money before is taken off on the account, as it is credited where it was used', () => {
  const negative = invoiceOf({ id: 'n1', date: '2026-01-04', lines: [{ id: 'n', amount: -600 }] });
  const credits = [
    adjustmentOf({ id: 'a1', date: '2026-01-04', amount: 600, direction: 'Increase', source: 'Invoice n1' }),
    adjustmentOf({ id: 'a2', date: '2026-01-05', amount: 600, direction: 'Decrease', source: 'Invoice i1' }),
  ];
  expect(booked(accountOf(two, negative, { credits }))).toEqual({ ...ofTwo, 'credited n1 n': 600, 'credited i1 a': 400, 'credited i1 b': 200, 'credited -': -600 });
});

test.each<[Method, string | null, string | null, Record<string, number>]>([
  ['same_product', 'i1', 'a', { 'credited i1 a': 50, 'refunded i1 a': 50 }],
  ['account', 'i1', null, { 'credited i1 -': 50, 'refunded i1 -': 50 }],
  ['unallocated', null, null, { 'credited -': 50, 'refunded -': 50 }],
  ['credit_memo', 'i1', 'a', { 'refunded i1 a': 50 }],
  ['credit_memo', 'i1', null, { 'refunded -': 50 }],
  ['unapplied_payment', null, null, { 'refunded -': 50 }],
])('a refund by %s on invoice %j and line %j is booked as %j', (method, invoiceId, lineId, expected) => {
  expect(booked(accountOf(two), [noteOf(method, 50, invoiceId, lineId)])).toEqual({ ...ofTwo, ...expected });
});
