import { describe, expect, test } from '@jest/globals';

import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import type { UpstreamCredit } from '../../../src/orders/ledger/credit-balance.ts';
import { invoicePositions, isTax, type InvoicePosition } from '../../../src/orders/ledger/invoice-positions.ts';
import { accountOf, invoiceOf, memoOf } from '../account.ts';

type Invoice = Parameters<typeof invoiceOf>[0];

function positionOf(invoice: Omit<Invoice, 'id' | 'date'>, credited = 0): InvoicePosition {
  const counted = countedLedger(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', ...invoice }), { credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: credited, invoiceId: 'i1' })] }));
  const credits = [...counted.memos.values()].map((credit): UpstreamCredit => ({ credit, invoiceId: 'i1', date: credit.creditDate, amount: credit.amount, countedBefore: 0 }));
  return invoicePositions(counted, credits).get('i1') as InvoicePosition;
}
const netsOf = (lines: NonNullable<Invoice['lines']>): unknown => Object.fromEntries(positionOf({ lines }).lines.map(({ line, net }) => [line.id, net]));

describe('the net of a line', () => {
  const a = { id: 'a', amount: 1000 };
  const b = { id: 'b', amount: 500 };

  test('is lowered by the discount that applies to it, else by its part of the discount', () => {
    expect(netsOf([a, b, { id: 'c', amount: -400, appliedToLineId: 'a' }])).toEqual({ a: 600, b: 500, c: 0 });
    expect(netsOf([a, b, { id: 'c', amount: -100 }])).toEqual({ a: 933, b: 467, c: 0 });
  });

  test('is never below 0: what a discount has beyond its line lowers the others', () => {
    expect(netsOf([a, b, { id: 'c', amount: -700, appliedToLineId: 'b' }])).toEqual({ a: 800, b: 0, c: 0 });
  });

  test('holds its tax, also where that is a line of its own which a discount applies to', () => {
    const tax = { id: 'c', amount: 200, processingType: '3', appliedToLineId: 'a' };
    expect(netsOf([{ ...a, taxAmount: 70 }, b])).toEqual({ a: 1070, b: 500 });
    expect(netsOf([a, b, tax, { id: 'd', amount: -50, appliedToLineId: 'c' }])).toEqual({ a: 1150, b: 500, c: 0, d: 0 });
  });

  test('is lowered pro rata by discounts that apply to one another in a circle', () => {
    expect(netsOf([a, b, { id: 'c', amount: -100, appliedToLineId: 'd' }, { id: 'd', amount: -50, appliedToLineId: 'c' }])).toEqual({ a: 900, b: 450, c: 0, d: 0 });
  });
});

describe('credits and payments', () => {
  test('are spread over the lines by what they come to after discounts', () => {
    const { lines } = positionOf({ paid: 1001, lines: [{ id: 'a', amount: 2000 }, { id: 'b', amount: 1500 }, { id: 'c', amount: -500, appliedToLineId: 'b' }] }, 100);
    expect(lines.map(({ line, credited, paid }) => [line.id, credited, paid])).toEqual([['a', 67, 667], ['b', 33, 334], ['c', 0, 0]]);
  });

  test('stand on the invoice where it has no lines', () => {
    expect(positionOf({ amount: 3000, paid: 2000 }, 100)).toMatchObject({ lines: [], credited: 100, paid: 2000 });
  });

  test('beyond what the invoice owed are not paid of it', () => {
    expect(positionOf({ paid: 3700, lines: [{ id: 'a', amount: 3000 }] })).toMatchObject({ paid: 3000, lines: [{ paid: 3000 }] });
  });
});

test('a negative invoice keeps the signs of its lines', () => {
  expect(positionOf({ lines: [{ id: 'a', amount: 500 }, { id: 'b', amount: -900, appliedToLineId: 'a' }] }).lines.map(({ net, place }) => [net, place])).toEqual([[500, 0], [-900, 1]]);
});

test.each([['3', true], ['Tax', true], ['1', false], ['Discount', false], [null, false]])('of the processing type %j a line is a tax line: %s', (processingType, expected) => {
  expect(isTax({ processingType })).toBe(expected);
});
