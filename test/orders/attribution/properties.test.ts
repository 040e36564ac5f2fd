import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { attribute, type Attribution } from '../../../src/orders/attribution/attribute.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import { creditBalance } from '../../../src/orders/ledger/credit-balance.ts';
import { isCredited } from '../../../src/orders/ledger/credit-note.ts';
import { invoicePositions } from '../../../src/orders/ledger/invoice-positions.ts';
import type { AccountLedger, RefundFact } from '../../../src/orders/ledger/ledger.ts';
import { ledgerEntries } from '../../../src/orders/ledger/ledger-entries.ts';
import { unappliedPayments } from '../../../src/orders/ledger/overpayments.ts';
import { upstreamCredits } from '../../../src/orders/ledger/upstream-credits.ts';
import { GENERATED_PRODUCTS, generatedLedger, shuffled } from '../generated-ledgers.ts';
import { plainAttribution, type IsOfProduct } from './plain-attribution.ts';

const RUNS = { numRuns: 400 };
const attributed = (ledger: AccountLedger, spill: 'none' | 'account' = 'none'): Attribution => attribute(ledger, { products: GENERATED_PRODUCTS, spill });

test('The items of a credit note add up to the refund, each more than nothing.', () => {
  fc.assert(
    fc.property(generatedLedger, fc.constantFrom('none', 'account'), (ledger, spill) => {
      const { notes } = attributed(ledger, spill);
      const refunds = ledger.refunds.filter(({ status, amount }) => status === 'Processed' && (amount ?? 0) > 0);
      expect(notes.map(({ refundId }) => refundId).sort()).toEqual(refunds.map(({ id }) => id).sort());
      for (const note of notes) {
        expect(note.amount).toBe(refunds.find(({ id }) => id === note.refundId)?.amount);
        expect(sum(note.items)).toBe(note.amount);
        expect(sum(note.items.filter(({ method }) => method === 'unallocated'))).toBe(note.unallocated);
        expect(note.items.every(({ amount }) => Number.isSafeInteger(amount) && amount > 0)).toBe(true);
      }
    }),
    RUNS,
  );
});

test('No line and no invoice gives back more than its capacity, and no more than was credited is paid out.', () => {
  fc.assert(
    fc.property(generatedLedger, fc.constantFrom('none', 'account'), (ledger, spill) => {
      const counted = countedLedger(ledger);
      const items = attributed(ledger, spill).notes.flatMap((note) => note.items);
      const own = items.filter(isCredited);
      const upstream = items.filter(({ method, invoiceLineId }) => method === 'credit_memo' && invoiceLineId !== null);
      for (const { invoice, lines, credited, paid } of invoicePositions(counted, upstreamCredits(counted, creditBalance(counted))).values()) {
        const isNegative = invoice.amount < 0;
        expect(sum(own.filter(({ invoiceId }) => invoiceId === invoice.id))).toBeLessThanOrEqual(Math.max(0, Math.min(invoice.amount - credited, paid)));
        for (const { line, net, credited: creditedLine } of lines) {
          expect(sum(own.filter(({ invoiceLineId }) => invoiceLineId === line.id))).toBeLessThanOrEqual(isNegative ? 0 : Math.max(0, net - creditedLine));
          expect(sum(upstream.filter(({ invoiceLineId }) => invoiceLineId === line.id))).toBeLessThanOrEqual(isNegative ? Math.max(0, -net) : creditedLine);
        }
      }
    }),
    RUNS,
  );
});

test('Of payments that settled nothing no more is given back than there is, by refunds that name them, and nothing of it is credited.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const counted = countedLedger(ledger);
      const balance = creditBalance(counted);
      const unsettled = unappliedPayments(counted, upstreamCredits(counted, balance), balance);
      const { notes } = attributed(ledger, 'account');
      for (const [paymentId, left] of unsettled) {
        const payment = counted.payments.get(paymentId);
        const applied = sum(counted.applications.filter((part) => part.paymentId === paymentId));
        expect(left).toBeLessThanOrEqual(payment?.amount ?? 0);
        expect(left).toBeGreaterThanOrEqual(0);
        if (!counted.adjustments.length && payment !== undefined) expect(left).toBeGreaterThanOrEqual(Math.max(0, payment.amount - applied - payment.elsewhere));
      }
      for (const { refundId, items } of notes) {
        const refund = counted.refunds.find(({ id }) => id === refundId);
        const links = ledger.refundApplications.filter((link) => link.refundId === refundId).map(({ paymentId }) => paymentId);
        const named = refund?.paymentId === null ? links : [refund?.paymentId];
        const most = named.reduce((total, id) => total + (unsettled.get(id ?? '') ?? 0), 0);
        expect(sum(items.filter(({ method }) => method === 'unapplied_payment'))).toBeLessThanOrEqual(most);
      }
      const given = sum(notes.flatMap(({ items }) => items.filter(({ method }) => method === 'unapplied_payment')));
      expect(given).toBeLessThanOrEqual([...unsettled.values()].reduce((total, left) => total + left, 0));
      const credited = sum(ledgerEntries(ledger, notes).filter(({ measure }) => measure === 'credited')) - sum(ledgerEntries(ledger, []).filter(({ measure }) => measure === 'credited'));
      expect(credited).toBe(sum(notes.flatMap(({ items }) => items.filter(isCredited))));
    }),
    RUNS,
  );
});

test('Of negative invoices no more is paid out than they and the memos that refer to them credited.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const items = attributed(ledger).notes.flatMap((note) => note.items);
      const increases = ledger.credits.some(({ creditType }) => creditType === 'credit_balance_adjustment');
      const { invoices, memos } = countedLedger(ledger);
      for (const { id, amount, currency } of invoices.values()) {
        const credited = sum([...memos.values()].filter((memo) => memo.invoiceId === id && memo.currency === currency)) - amount;
        if (amount < 0 && !increases) expect(sum(items.filter(({ invoiceId }) => invoiceId === id))).toBeLessThanOrEqual(credited);
      }
    }),
    RUNS,
  );
});

test('Refunds, payments and memos with a minus count for nothing: all is as if they were not there.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const isCountable = ({ amount }: { readonly amount: number | null }): boolean => (amount ?? 0) >= 0;
      const without = {
        ...ledger,
        refunds: ledger.refunds.filter(isCountable),
        payments: ledger.payments.filter(isCountable),
        credits: ledger.credits.filter((credit) => credit.creditType !== 'credit_memo' || isCountable(credit)),
      };
      expect(attributed(ledger)).toEqual(attributed(without));
      expect(ledgerEntries(ledger, attributed(ledger).notes)).toEqual(ledgerEntries(without, attributed(without).notes));
    }),
    RUNS,
  );
});

test('Every item is on a posted invoice of the account, of the same currency, that is not dated after the refund.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      for (const note of attributed(ledger, 'account').notes) {
        for (const { invoiceId, invoiceLineId, method } of note.items) {
          if (invoiceId === null) expect([invoiceLineId, ['unallocated', 'unapplied_payment', 'credit_memo'].includes(method)]).toEqual([null, true]);
          else {
            const invoice = ledger.invoices.find(({ id }) => id === invoiceId);
            expect(invoice).toMatchObject({ status: 'Posted', currency: note.currency });
            expect((invoice?.invoiceDate ?? '') <= note.refundDate).toBe(true);
            if (invoiceLineId !== null) expect(ledger.invoiceLines.find(({ id }) => id === invoiceLineId)?.invoiceId).toBe(invoiceId);
          }
        }
      }
    }),
    RUNS,
  );
});

test('A link of the platform is followed to the cent, except for what is reported as refused.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const { notes, refusedLinks } = attributed(ledger);
      for (const { refundId, items } of notes) {
        const links = ledger.refundApplications.filter((link) => link.refundId === refundId);
        const refused = sum(refusedLinks.filter((link) => link.refundId === refundId));
        expect(sum(items.filter(({ method }) => method === 'explicit'))).toBe(sum(links) - refused);
      }
    }),
    RUNS,
  );
});

test('A link keeps its place whatever other refunds without links there are.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const linked = new Set(ledger.refundApplications.map(({ refundId }) => refundId));
      const alone = { ...ledger, refunds: ledger.refunds.filter(({ id }) => linked.has(id)) };
      const explicit = ({ notes }: Attribution): unknown =>
        notes.filter(({ refundId }) => linked.has(refundId)).map(({ refundId, items }) => [refundId, items.filter(({ method }) => method === 'explicit')]);
      expect(explicit(attributed(ledger))).toEqual(explicit(attributed(alone)));
    }),
    RUNS,
  );
});

test('The order of the rows makes no difference.', () => {
  const twice = generatedLedger.chain((ledger) => fc.tuple(fc.constant(ledger), shuffled(ledger)));
  fc.assert(fc.property(twice, ([ledger, mixed]) => expect(attributed(mixed)).toEqual(attributed(ledger))), RUNS);
});

test('A cancelled refund leaves no trace: all is as if it had never been.', () => {
  fc.assert(
    fc.property(generatedLedger, fc.integer({ min: 0, max: 4 }), fc.constantFrom('Canceled', 'Error', 'Processing'), (ledger, index, status) => {
      const cancelled = { ...ledger, refunds: ledger.refunds.map((refund, i) => (i === index ? { ...refund, status } : refund)) };
      const without = { ...ledger, refunds: ledger.refunds.filter((_, i) => i !== index) };
      expect(attributed(cancelled)).toEqual(attributed(without));
    }),
    RUNS,
  );
});

test('A refund that arrives late ends where it would have ended in time, and those before it keep their places.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const plain = { ...ledger, refundApplications: [], credits: [] };
      const order = countedLedger(plain).refunds.map(({ id }) => id);
      order.forEach((id, place) => {
        const before = new Set(order.slice(0, place));
        const early = attributed({ ...plain, refunds: plain.refunds.filter((refund) => before.has(refund.id)) }).notes;
        expect(attributed(plain).notes.slice(0, place)).toEqual(early);
        expect(early.some(({ refundId }) => refundId === id)).toBe(false);
      });
    }),
    { numRuns: 100 },
  );
});

test('The fast search finds what the specification says, word by word.', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      const plain = { ...ledger, refundApplications: [], credits: [], payments: ledger.payments.map((payment) => ({ ...payment, appliedAmount: null })), refunds: ledger.refunds.map((refund) => ({ ...refund, creditMemoId: null })) };
      const items = attributed(plain).notes.flatMap(({ refundId, items: own }) =>
        own.map(({ invoiceId, invoiceLineId, amount, method }) => ({ refund: refundId, invoice: invoiceId, line: invoiceLineId, amount, method })),
      );
      expect(items).toEqual(plainAttribution(plain, isOfProduct));
    }),
    { numRuns: 1_000 },
  );
});

/** What the generated texts name, told without reading them. */
const isOfProduct: IsOfProduct = (refund) => {
  const ofSkus = (...skus: string[]): ReturnType<IsOfProduct> => ({ sku, productId }) => skus.some((wanted) => (sku ?? productId?.slice(2)) === wanted);
  if (refund.sku !== null) return ofSkus(refund.sku.toUpperCase());
  const named = [...SKUS_IN[refund.comment ?? ''] ?? [], ...SKUS_IN[refund.reasonCode ?? ''] ?? []];
  if (named.length > 0) return ofSkus(...named);
  return refund.comment === 'S-0001 cancelled' ? ({ chainId }) => chainId === 'c1' : undefined;
};
const SKUS_IN: Readonly<Record<string, readonly string[]>> = {
  'sent back TEA-1': ['TEA-1'],
  'fine mug broken': ['MUG'],
  'tea-1, tea-2': ['TEA-1', 'TEA-2'],
  'for the Fine MUG': ['MUG'],
};

function sum(parts: readonly { readonly amount: RefundFact['amount'] }[]): number {
  return parts.reduce((total, { amount }) => total + (amount ?? 0), 0);
}
