import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { LocalDate } from '../../../src/core/time.ts';
import { revenueEntries } from '../../../src/metrics/revenue/revenue-entries.ts';
import type { RevenueEntry } from '../../../src/metrics/revenue/revenue-entry.ts';
import { attribute } from '../../../src/orders/attribution/attribute.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import { confidenceOf, type CreditNote, type Method } from '../../../src/orders/ledger/credit-note.ts';
import { ledgerEntries, type LedgerEntry } from '../../../src/orders/ledger/ledger-entries.ts';
import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../../orders/account.ts';
import { GENERATED_PRODUCTS, generatedLedger, shuffled } from '../../orders/generated-ledgers.ts';

interface RevenueVector {
  readonly name: string;
  readonly line?: { readonly net: number; readonly tax: number } | null;
  readonly refunds?: readonly (readonly [date: string, amount: number])[];
  readonly memo?: { readonly amount: number; readonly tax: number | null; readonly invoice: { readonly net: number; readonly tax: number } };
  readonly refund?: { readonly amount: number; readonly method: Method };
  readonly expect: readonly (readonly [date: string, amount: number, tax: number])[];
}

const { revenue: vectors } = JSON.parse(readFileSync(new URL('../../vectors/metrics.json', import.meta.url), 'utf8')) as { readonly revenue: readonly RevenueVector[] };
const MEMO_DATE = '2025-01-20';

/** A credit note with one item, on the line or on none. */
function noteOf(refundId: string, date: string, amount: number, method: Method, isOnLine: boolean): CreditNote {
  const item = { invoiceId: isOnLine ? 'i1' : null, invoiceLineId: isOnLine ? 'a' : null, amount, method, confidence: confidenceOf[method] };
  return { refundId, kind: 'regular', refundDate: date as LocalDate, currency: 'EUR', amount, items: [item], unallocated: 0, upstream: false };
}

function entriesOfVector({ line, refunds = [], memo, refund }: RevenueVector): RevenueEntry[] {
  const sold = line ?? memo?.invoice;
  const invoice = sold === undefined ? {} : invoiceOf({ id: 'i1', date: '2025-01-05', lines: [{ id: 'a', amount: sold.net, taxAmount: sold.tax }] });
  const credits = memo === undefined ? [] : [memoOf({ id: 'm1', date: MEMO_DATE, amount: memo.amount, taxAmount: memo.tax, invoiceId: 'i1' })];
  const notes = refunds.map(([date, amount], index) => noteOf(`r${index}`, date, amount, line === null ? 'unallocated' : 'explicit', line !== null));
  const paidOut = refund === undefined ? [] : [noteOf('r1', '2025-02-01', refund.amount, refund.method, true)];
  const processed = [...notes, ...paidOut].map(({ refundId: id, refundDate: date, amount }) => refundOf({ id, date, amount }));
  return revenueEntries(countedLedger(accountOf(invoice, { credits, refunds: processed })), [...notes, ...paidOut]);
}

test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
  const lowered = entriesOfVector(vector).filter(({ kind }) => kind === 'credit' || kind === 'refund');
  expect(lowered.map(({ date, amount, tax }) => [date, amount, tax])).toEqual(vector.expect.map(([date, ...amounts]) => [date === 'memo date' ? MEMO_DATE : date, ...amounts]));
});

const short = ({ kind, sourceId, part, amount, tax }: RevenueEntry): string => `${kind} ${sourceId} ${part} ${amount} ${tax}`;
const shortOf = (ledger: AccountLedger, notes: readonly CreditNote[] = []): string[] => revenueEntries(countedLedger(ledger), notes).map(short);

describe('the revenue of an account', () => {
  test('places a discount on the line that it lowers, and a tax line at its line', () => {
    const lines = [
      { id: 'a', amount: 2000, taxAmount: 0 },
      { id: 'b', amount: 1000, taxAmount: 190 },
      { id: 'c', amount: -500, taxAmount: -95, processingType: '1', appliedToLineId: 'a' },
      { id: 'd', amount: 285, processingType: '3', appliedToLineId: 'a' },
    ];
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines })))).toEqual(['sale a sale 2000 285', 'discount a discount -500 -95', 'sale b sale 1000 190']);
  });

  test('spreads a discount of the whole invoice over its lines, with its tax, to the cent', () => {
    const lines = [{ id: 'a', amount: 1000, taxAmount: 200 }, { id: 'b', amount: 500, taxAmount: 100 }, { id: 'c', amount: -100, taxAmount: -21, processingType: '1' }];
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines })))).toEqual([
      'sale a sale 1000 200', 'discount a discount -67 -14', 'sale b sale 500 100', 'discount b discount -33 -7',
    ]);
  });

  test('keeps a line that was given for nothing, as units of it were sold', () => {
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 0, lines: [{ id: 'a', amount: 0 }] })))).toEqual(['sale a sale 0 0']);
  });

  test('takes what an invoice has beyond its lines as rest, with the tax that only the invoice names', () => {
    const lines = [{ id: 'a', amount: 1000, taxAmount: 190 }];
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 1309, taxAmount: 209, lines })))).toEqual(['sale a sale 1000 190', 'rest i1 rest 100 19']);
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 1309, lines })))).toEqual(['sale a sale 1000 190', 'rest i1 rest 119 0']);
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', amount: 1200, taxAmount: 900, lines })))).toEqual(['sale a sale 1000 190', 'rest i1 rest 0 10']);
  });

  test('takes a negative invoice as credit of its lines', () => {
    const lines = [{ id: 'a', amount: -800 }, { id: 'b', amount: -152, processingType: 'Tax', appliedToLineId: 'a' }];
    expect(shortOf(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines })))).toEqual(['credit a credit -800 -152']);
  });

  test('spreads a memo over the lines of its invoice, and leaves one without an invoice on the account', () => {
    const invoice = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 1000, taxAmount: 200 }, { id: 'b', amount: 600 }] });
    const credits = [memoOf({ id: 'm1', date: '2026-02-01', amount: 900, invoiceId: 'i1' }), memoOf({ id: 'm2', date: '2026-02-01', amount: 119, taxAmount: 19 })];
    expect(shortOf(accountOf(invoice, { credits })).slice(2)).toEqual(['credit m1 memo 1 -500 -100', 'credit m1 memo 2 -300 0', 'credit m2 memo -100 -19']);
  });

  test('credit of a negative invoice that pays another one counts once: the counterpart cancels with its tax', () => {
    const facts = accountOf(
      invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: -500, taxAmount: -95 }] }),
      invoiceOf({ id: 'i2', date: '2026-02-05', paid: 0, lines: [{ id: 'b', amount: 1000, taxAmount: 190 }] }),
      { credits: [
        adjustmentOf({ id: 'up', date: '2026-01-05', amount: 595, direction: 'Increase', source: 'Invoice i1' }),
        adjustmentOf({ id: 'down', date: '2026-02-06', amount: 595, direction: 'Decrease', source: 'Invoice i2' }),
      ] },
    );
    expect(shortOf(facts)).toEqual(['credit a credit -500 -95', 'sale b sale 1000 190', 'credit down adjustment 1 -500 -95', 'credit down counterpart 500 95']);
  });

  test('money that was never for a purchase is given back without touching revenue', () => {
    const notes = [noteOf('r1', '2026-02-01', 1000, 'unapplied_payment', false)];
    expect(shortOf(accountOf({ refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 1000 })] }), notes)).toEqual([]);
  });
});

const notesOf = (ledger: AccountLedger): readonly CreditNote[] => attribute(ledger, { products: GENERATED_PRODUCTS, spill: 'none' }).notes;

/** Sums by key, without those that are 0. */
function sums<Row>(rows: readonly Row[], keyOf: (row: Row) => string | undefined, valueOf: (row: Row) => number): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== undefined) found.set(key, (found.get(key) ?? 0) + valueOf(row));
  }
  return new Map([...found].filter(([, sum]) => sum !== 0).sort());
}

const grossOf = ({ amount, tax }: RevenueEntry): number => amount + tax;
const signed = ({ measure, amount }: LedgerEntry): number => (measure === 'invoiced' ? amount : measure === 'credited' ? -amount : 0);

describe('any account', () => {
  test('has a revenue of invoiced less credited in each currency, and on each line of an invoice that is not negative', () => {
    fc.assert(
      fc.property(generatedLedger, (ledger) => {
        const notes = notesOf(ledger);
        const [entries, expected] = [revenueEntries(countedLedger(ledger), notes), ledgerEntries(ledger, notes)];
        expect(sums(entries, ({ currency }) => currency, grossOf)).toEqual(sums(expected, ({ currency }) => currency, signed));
        const { invoices } = countedLedger(ledger);
        const lineOf = (lineId: string | null, invoiceId: string | null): string | undefined =>
          lineId === null || (invoices.get(invoiceId ?? '')?.amount ?? -1) < 0 ? undefined : lineId;
        expect(sums(entries, ({ lineId, invoiceId }) => lineOf(lineId, invoiceId), grossOf)).toEqual(
          sums(expected, ({ invoiceLineId, invoiceId }) => lineOf(invoiceLineId, invoiceId), signed),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('has names for its entries that tell them apart, and whole amounts', () => {
    fc.assert(
      fc.property(generatedLedger, (ledger) => {
        const entries = revenueEntries(countedLedger(ledger), notesOf(ledger));
        expect(new Set(entries.map(({ sourceId, part }) => `${sourceId}\t${part}`)).size).toBe(entries.length);
        for (const { amount, tax } of entries) expect([amount, tax].every((value) => Number.isSafeInteger(value) && !Object.is(value, -0))).toBe(true);
      }),
    );
  });

  test('has the same revenue in whatever order its rows and its credit notes are read', () => {
    const pair = generatedLedger.chain((ledger) => fc.tuple(fc.constant(ledger), shuffled(ledger)));
    fc.assert(
      fc.property(pair, ([ledger, mixed]) => {
        const notes = notesOf(ledger);
        const names = (entries: readonly RevenueEntry[]): string[] => entries.map((entry) => JSON.stringify(entry)).sort();
        expect(names(revenueEntries(countedLedger(mixed), [...notes].reverse()))).toEqual(names(revenueEntries(countedLedger(ledger), notes)));
      }),
    );
  });

  test('gives back the whole tax of a line with the whole line', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.nat(3000), (amounts, tax) => {
        const gross = amounts.reduce((sum, amount) => sum + amount, 0);
        const invoice = invoiceOf({ id: 'i1', date: '2026-01-01', lines: [{ id: 'a', amount: gross - tax, taxAmount: tax }] });
        const notes = amounts.map((amount, index) => noteOf(`r${index}`, `2026-02-0${index + 1}`, amount, 'explicit', true));
        const refunds = notes.map(({ refundId: id, refundDate: date, amount }) => refundOf({ id, date, amount }));
        const entries = revenueEntries(countedLedger(accountOf(invoice, { refunds })), notes);
        expect(entries.reduce((sum, entry) => sum + entry.tax, 0)).toBe(0);
      }),
    );
  });
});
