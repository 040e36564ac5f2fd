import { describe, expect, test } from '@jest/globals';

import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { creditBalance } from '../../../src/orders/ledger/credit-balance.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import { invoicePositions } from '../../../src/orders/ledger/invoice-positions.ts';
import { upstreamCredits } from '../../../src/orders/ledger/upstream-credits.ts';
import { Candidate, capacitiesOf, type InvoiceCapacity } from '../../../src/orders/attribution/capacity.ts';
import { accountOf, invoiceOf, memoOf, refundOf } from '../account.ts';
import { itemsOf } from './items.ts';

describe('capacity', () => {
  test('a discount lowers the line that it applies to; one that names none lowers all, by largest remainder', () => {
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

  test('a credit memo is spread over the lines of its invoice by largest remainder', () => {
    const lines = [{ id: 'a', amount: 1000, sku: 'ALP-1' }, { id: 'b', amount: 1000, sku: 'ALP-2' }, { id: 'c', amount: 1000, sku: 'ALP-3' }];
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }), {
      credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: 1000, invoiceId: 'i1' })],
      refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 3000 })],
    });
    expect(itemsOf(ledger)).toEqual(['r1 a 666 account', 'r1 b 667 account', 'r1 c 667 account', 'r1 - 1000 unallocated']);
  });

  test('a line takes its tax as well, also where the tax is a line of its own', () => {
    const lines = [{ id: 'a', amount: 1000, taxAmount: 200, sku: 'ALP-1' }, { id: 'b', amount: 500, sku: 'ALP-2' }, { id: 'c', amount: 100, processingType: 'Tax', appliedToLineId: 'b' }];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 1200, sku: 'ALP-1' }), refundOf({ id: 'r2', date: '2026-02-01', amount: 600, sku: 'ALP-2' })];
    expect(itemsOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }), { refunds }))).toEqual(['r1 a 1200 same_product', 'r2 b 600 same_product']);
  });

  test('numbers count as people count: INV-10 is higher than INV-9', () => {
    const numbered = (number: string): Partial<AccountLedger> => invoiceOf({ id: number, invoiceNumber: number, date: '2026-01-05', lines: [{ id: `line of ${number}`, amount: 100 }] });
    expect(itemsOf(accountOf(numbered('INV-10'), numbered('INV-9'), { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 50 })] }))).toEqual(['r1 line of INV-10 50 account']);
  });

  test('draft invoices, negative ones and those of another currency take nothing', () => {
    const ledger = accountOf(
      invoiceOf({ id: 'i1', date: '2026-01-05', status: 'Draft', lines: [{ id: 'a', amount: 1000 }] }),
      invoiceOf({ id: 'i2', date: '2026-01-05', currency: 'CHF', lines: [{ id: 'b', amount: 1000 }] }),
      invoiceOf({ id: 'i3', date: '2026-01-05', lines: [{ id: 'c', amount: 500 }, { id: 'd', amount: -900 }] }),
      { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 100 })] },
    );
    expect(itemsOf(ledger)).toEqual(['r1 - 100 unallocated']);
  });
});

describe('the room before any refund', () => {
  const roomOf = (...parts: readonly Partial<AccountLedger>[]): unknown => {
    const counted = countedLedger(accountOf(...parts));
    const [room] = capacitiesOf(invoicePositions(counted, upstreamCredits(counted, creditBalance(counted))).values()).values();
    return { left: room?.left, lines: room?.lines.map(({ id, left, creditLeft }) => [id, left, creditLeft].join(' ')) };
  };
  const lines = [{ id: 'a', amount: 2000 }, { id: 'b', amount: 1000 }];
  const memo = { credits: [memoOf({ id: 'm1', date: '2026-01-06', amount: 300, invoiceId: 'i1' })] };

  test('of an invoice is the lesser of what was paid of it and of what it comes to after credits', () => {
    expect(roomOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }), memo)).toEqual({ left: 2700, lines: ['a 1800 200', 'b 900 100'] });
    expect(roomOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 500, lines }), memo)).toEqual({ left: 500, lines: ['a 1800 200', 'b 900 100'] });
    expect(roomOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 4000, lines }))).toEqual({ left: 3000, lines: ['a 2000 0', 'b 1000 0'] });
  });

  test('of a negative invoice is none, but what it credited can be paid out', () => {
    expect(roomOf(invoiceOf({ id: 'n1', date: '2026-01-05', lines: [{ id: 'a', amount: 100 }, { id: 'b', amount: -900 }] }))).toEqual({ left: 0, lines: ['a 0 0', 'b 0 900'] });
  });
});

describe('a candidate', () => {
  const candidate = (left: number, isWhole: boolean): Candidate => {
    const room: InvoiceCapacity = { id: 'i1', date: '2026-01-05' as InvoiceCapacity['date'], currency: 'EUR', rank: 0, left, lines: [{ id: 'a', left: 60, creditLeft: 0 }, { id: 'b', left: 40, creditLeft: 0 }] };
    return new Candidate(room, room.lines, isWhole);
  };
  const take = (from: Candidate, amount: number): unknown[] => {
    const parts: unknown[] = [];
    const left = from.take(amount, (_invoiceId, lineId, part) => parts.push(`${lineId ?? '-'} ${part}`));
    return [...parts, left, from.isUsedUp];
  };

  test('gives line by line, and never more than its invoice has', () => {
    const partlyPaid = candidate(80, false);
    expect([take(partlyPaid, 50), take(partlyPaid, 50)]).toEqual([['a 50', 0, false], ['a 10', 'b 20', 20, true]]);
  });

  test('gives what the invoice has beyond its lines only if it is the whole invoice', () => {
    expect(take(candidate(110, true), 120)).toEqual(['a 60', 'b 40', '- 10', 10, true]);
    expect(take(candidate(110, false), 120)).toEqual(['a 60', 'b 40', 20, true]);
  });
});
