import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import { isCredited } from '../../../src/orders/ledger/credit-note.ts';
import { ledgerEntries, measures, type LedgerEntry } from '../../../src/orders/ledger/ledger-entries.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { AccountLedger } from '../../../src/orders/ledger/ledger.ts';
import { orderTotals, totalsByCurrency, totalsOf, type ItemPlace, type Totals } from '../../../src/orders/ledger/totals.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';
import { GENERATED_PRODUCTS, generatedLedger, shuffled } from '../generated-ledgers.ts';

const entriesOf = (ledger: AccountLedger): LedgerEntry[] => ledgerEntries(ledger, attribute(ledger, { products: GENERATED_PRODUCTS, spill: 'none' }).notes);
/** invoiced credited paid refunded balance outstanding */
const text = (totals: Totals | undefined): string => (totals === undefined ? 'none' : [...measures.map((measure) => totals[measure]), totals.balance, totals.outstanding].join(' '));
const ofAccount = (ledger: AccountLedger, currency = 'EUR'): string => text(totalsByCurrency(entriesOf(ledger)).get(currency));
const invoice = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 2000, sku: 'TEA-1' }, { id: 'b', amount: 1000, sku: 'MUG' }] });

describe('the totals of an account', () => {
  test('A paid invoice is settled; an unpaid one is outstanding.', () => {
    expect(ofAccount(accountOf(invoice))).toBe('3000 0 3000 0 0 0');
    expect(ofAccount(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 1000, lines: [{ id: 'a', amount: 3000 }] })))).toBe('3000 0 1000 0 -2000 2000');
  });

  test('A refund makes a credit note, also for what no invoice could take.', () => {
    expect(ofAccount(accountOf(invoice, { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 4500 })] }))).toBe('3000 4500 3000 4500 0 0');
  });

  test('A refund that pays out a credit memo is credited once.', () => {
    const credits = [memoOf({ id: 'm1', date: '2026-01-20', amount: 1000, invoiceId: 'i1' })];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 1000, creditMemoId: 'm1' })];
    expect(ofAccount(accountOf(invoice, { credits, refunds }))).toBe('3000 1000 3000 1000 0 0');
  });

  test('A negative invoice is a credit, and its payout is no second one.', () => {
    const negative = invoiceOf({ id: 'n1', date: '2026-01-20', lines: [{ id: 'n', amount: -800 }] });
    const credits = [
      adjustmentOf({ id: 'a1', date: '2026-01-20', amount: 800, direction: 'Increase', source: 'Invoice n1' }),
      adjustmentOf({ id: 'a2', date: '2026-02-01', amount: 800, direction: 'Decrease', source: 'Refund r1' }),
    ];
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 800, sourceType: 'CreditBalance' })];
    expect(ofAccount(accountOf(invoice, negative, { credits, refunds }))).toBe('3000 800 3000 800 0 0');
  });

  test('A negative invoice is credited once, also where only the refund tells that it was paid out.', () => {
    const negative = invoiceOf({ id: 'n1', date: '2026-01-20', lines: [{ id: 'n', amount: -800 }] });
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 800, sourceType: 'CreditBalance' })];
    expect(ofAccount(accountOf(invoice, negative, { refunds }))).toBe('3000 800 3000 800 0 0');
  });

  test('Money that was never for a purchase is given back without a credit.', () => {
    const second = { id: 'p2', paymentNumber: null, effectiveDate: null, status: 'Processed', currency: 'EUR', amount: 3000, appliedAmount: null };
    const refunds = [refundOf({ id: 'r1', date: '2026-02-01', amount: 3000, paymentId: 'p2' })];
    expect(ofAccount(accountOf(invoice, { payments: [second] }))).toBe('3000 0 6000 0 3000 0');
    expect(ofAccount(accountOf(invoice, { payments: [second], refunds }))).toBe('3000 0 6000 3000 0 0');
  });

  test('Amounts with a minus count for nothing.', () => {
    const payments = [{ id: 'p2', paymentNumber: null, effectiveDate: null, status: 'Processed', currency: 'EUR', amount: -500, appliedAmount: null }];
    const credits = [memoOf({ id: 'm1', date: '2026-01-20', amount: -70 })];
    expect(ofAccount(accountOf(invoice, { payments, credits, refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: -1900 })] }))).toBe('3000 0 3000 0 0 0');
  });

  test('Credit used for an invoice counts there, and once in all: as the negative invoice or the payment that it was.', () => {
    const next = invoiceOf({ id: 'i2', date: '2026-02-05', paid: 2200, lines: [{ id: 'c', amount: 3000 }] });
    const use = adjustmentOf({ id: 'a2', date: '2026-02-05', amount: 800, direction: 'Decrease', source: 'Invoice i2' });
    const negative = invoiceOf({ id: 'n1', date: '2026-01-20', lines: [{ id: 'n', amount: -800 }] });
    const fromInvoice = adjustmentOf({ id: 'a1', date: '2026-01-20', amount: 800, direction: 'Increase', source: 'Invoice n1' });
    expect(ofAccount(accountOf(invoice, negative, next, { credits: [fromInvoice, use] }))).toBe('6000 800 5200 0 0 0');

    const overpaid = { ...invoice, payments: invoice.payments.map((payment) => ({ ...payment, amount: 3800 })) };
    const fromPayment = adjustmentOf({ id: 'a1', date: '2026-01-06', amount: 800, direction: 'Increase', sourceTransactionType: 'Payment', sourceTransactionId: 'payment of i1' });
    expect(ofAccount(accountOf(overpaid, next, { credits: [fromPayment, use] }))).toBe('6000 0 6000 0 0 0');

    expect(ofAccount(accountOf(invoice, next, { credits: [use] }))).toBe('6000 800 5200 0 0 0');
  });

  test('Payments and memos without an invoice count; what is not processed or posted does not.', () => {
    const payments = [
      { id: 'p1', paymentNumber: null, effectiveDate: null, status: 'Processed', currency: 'EUR', amount: 500, appliedAmount: null },
      { id: 'p2', paymentNumber: null, effectiveDate: null, status: 'Voided', currency: 'EUR', amount: 500, appliedAmount: null },
    ];
    const credits = [memoOf({ id: 'm1', date: '2026-01-20', amount: 70 }), memoOf({ id: 'm2', date: '2026-01-20', amount: 70, status: 'Draft' })];
    expect(ofAccount(accountOf({ payments, credits }, invoiceOf({ id: 'i1', date: '2026-01-05', status: 'Draft', lines: [{ id: 'a', amount: 100 }] })))).toBe('0 70 600 0 670 0');
  });

  test('Currencies never add.', () => {
    const ledger = accountOf(invoice, invoiceOf({ id: 'i2', date: '2026-01-05', currency: 'CHF', paid: 0, lines: [{ id: 'c', amount: 100 }] }));
    expect([ofAccount(ledger), ofAccount(ledger, 'CHF')]).toEqual(['3000 0 3000 0 0 0', '100 0 0 0 -100 100']);
  });
});

describe('the totals of orders', () => {
  const places: Readonly<Record<string, ItemPlace>> = { a: { orderId: 'o1', itemId: 'tea' }, b: { orderId: 'o1', itemId: 'mug' }, c: { orderId: 'o2', itemId: 'tea' } };
  const ofOrders = (ledger: AccountLedger): string[] => {
    const account = orderTotals(entriesOf(ledger), (lineId) => places[lineId]).get('EUR');
    return [
      ...[...(account?.orders ?? [])].flatMap(([orderId, { totals, items, remainder }]) => [
        `${orderId}: ${text(totals)}`,
        ...[...items].map(([itemId, item]) => `${orderId} ${itemId}: ${text(item)}`),
        `${orderId} -: ${text(remainder)}`,
      ]),
      `-: ${text(account?.remainder)}`,
    ];
  };

  test('Items share what was paid of their invoice, discounts lower their line, and refunds count where they were attributed.', () => {
    const lines = [{ id: 'a', amount: 2000, sku: 'TEA-1' }, { id: 'b', amount: 1000, sku: 'MUG' }, { id: 'd', amount: -500, processingType: '1', appliedToLineId: 'b' }];
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', paid: 1001, lines }), { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 300, sku: 'MUG' })] });
    expect(ofOrders(ledger)).toEqual([
      'o1: 2500 300 1001 300 -1499 1499',
      'o1 tea: 2000 0 801 0 -1199 1199',
      'o1 mug: 500 300 200 300 -300 300',
      'o1 -: 0 0 0 0 0 0',
      '-: 0 0 0 0 0 0',
    ]);
  });

  test('What an invoice has beyond its lines, and a line without an item, stay with the order if the invoice is of one alone.', () => {
    const ofOne = invoiceOf({ id: 'i1', date: '2026-01-05', amount: 2110, paid: 0, lines: [{ id: 'a', amount: 2000 }, { id: 'fee', amount: 100 }] });
    const ofTwo = invoiceOf({ id: 'i2', date: '2026-01-06', amount: 3030, paid: 0, lines: [{ id: 'b', amount: 1000 }, { id: 'c', amount: 2000 }] });
    expect(ofOrders(accountOf(ofOne, ofTwo))).toEqual([
      'o1: 3110 0 0 0 -3110 3110',
      'o1 tea: 2000 0 0 0 -2000 2000',
      'o1 mug: 1000 0 0 0 -1000 1000',
      'o1 -: 110 0 0 0 -110 110',
      'o2: 2000 0 0 0 -2000 2000',
      'o2 tea: 2000 0 0 0 -2000 2000',
      'o2 -: 0 0 0 0 0 0',
      '-: 30 0 0 0 -30 30',
    ]);
  });

  test('A second charge and its return leave the order as it is, also where the platform applied both to its invoice.', () => {
    const ofOne = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'a', amount: 3000 }] });
    const payments = [{ id: 'second', paymentNumber: null, effectiveDate: '2026-01-06' as LocalDate, status: 'Processed', currency: 'EUR', amount: 3000, appliedAmount: 3000 }];
    const paymentApplications = [{ id: 'x', invoiceId: 'i1', paymentId: 'second', currency: 'EUR', amount: 3000 }];
    const order = ['o1: 3000 0 3000 0 0 0', 'o1 tea: 3000 0 3000 0 0 0', 'o1 -: 0 0 0 0 0 0'];
    const charged = accountOf(ofOne, { payments, paymentApplications });
    expect(ofOrders(charged)).toEqual([...order, '-: 0 0 3000 0 3000 0']);
    expect(ofOrders({ ...charged, refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 3000, paymentId: 'second' })] })).toEqual([...order, '-: 0 0 3000 3000 0 0']);
  });

  test('An invoice without lines, a payment beyond all invoices and a refund without an invoice count at the account.', () => {
    const payments = [{ id: 'p1', paymentNumber: null, effectiveDate: null, status: 'Processed', currency: 'EUR', amount: 500, appliedAmount: null }];
    const ledger = accountOf(invoiceOf({ id: 'i1', date: '2026-03-05', amount: 1000 }), { payments, refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 300 })] });
    expect(ofOrders(ledger)).toEqual(['-: 1000 300 1500 300 500 0']);
  });
});

describe('of any account', () => {
  const RUNS = { numRuns: 400 };
  const measured = (parts: readonly Totals[]): number[] => [...measures, 'balance' as const].map((name) => parts.reduce((sum, totals) => sum + totals[name], 0));
  const placeOf = (lineId: string): ItemPlace | undefined => {
    const place = Number(lineId.at(-1));
    return place === 3 ? undefined : { orderId: place === 0 ? 'first' : lineId.slice(0, 8), itemId: `item${place % 2}` };
  };

  test('items and remainder add up to the order, orders and remainder to the account.', () => {
    fc.assert(
      fc.property(generatedLedger, (ledger) => {
        const entries = entriesOf(ledger);
        for (const [currency, account] of orderTotals(entries, placeOf)) {
          const { totals, orders, remainder } = account;
          expect(measured([...[...orders.values()].map((order) => order.totals), remainder])).toEqual(measured([totals]));
          for (const order of orders.values()) expect(measured([...order.items.values(), order.remainder])).toEqual(measured([order.totals]));
          expect(totals).toEqual(totalsByCurrency(entries).get(currency));
        }
      }),
      RUNS,
    );
  });

  test('the totals are the sums of the rows that count.', () => {
    fc.assert(
      fc.property(generatedLedger, (ledger) => {
        const counted = countedLedger(ledger);
        const { notes } = attribute(ledger, { products: GENERATED_PRODUCTS, spill: 'none' });
        for (const [currency, totals] of totalsByCurrency(ledgerEntries(ledger, notes))) {
          const sum = (amounts: Iterable<{ readonly currency: string; readonly amount: number }>): number =>
            [...amounts].filter((each) => each.currency === currency).reduce((total, { amount }) => total + amount, 0);
          const invoices = [...counted.invoices.values()];
          expect(totals.invoiced).toBe(sum(invoices.filter(({ amount }) => amount > 0)));
          expect(totals.paid).toBe(sum(counted.payments.values()));
          expect(totals.refunded).toBe(sum(counted.refunds));
          const upstream = notes.flatMap(({ currency: own, items }) => items.filter((item) => !isCredited(item)).map(({ amount }) => ({ currency: own, amount })));
          const surely = sum(counted.memos.values()) - sum(invoices.filter(({ amount }) => amount < 0)) + sum(counted.refunds) - sum(upstream);
          const adjusted = sum(counted.adjustments.filter(({ sourceTransactionType }) => sourceTransactionType === 'Invoice'));
          expect(totals.credited).toBeGreaterThanOrEqual(surely);
          expect(totals.credited).toBeLessThanOrEqual(surely + adjusted);
        }
      }),
      RUNS,
    );
  });

  test('the order of the rows makes no difference.', () => {
    const twice = generatedLedger.chain((ledger) => fc.tuple(fc.constant(ledger), shuffled(ledger)));
    fc.assert(fc.property(twice, ([ledger, mixed]) => expect(entriesOf(mixed)).toEqual(entriesOf(ledger))), RUNS);
  });

  test('no amount is minus zero, which databases and documents would write differently.', () => {
    fc.assert(fc.property(generatedLedger, (ledger) => {
      const totals = [...totalsByCurrency(entriesOf(ledger)).values(), totalsOf([])];
      expect(totals.flatMap((each) => Object.values(each) as number[]).some((amount) => Object.is(amount, -0))).toBe(false);
    }), RUNS);
  });
});
