import { creditBalance } from './credit-balance.ts';
import { countedLedger, type CountedLedger } from './counted-ledger.ts';
import { isCredited, type CreditNote } from './credit-note.ts';
import { invoicePositions, type InvoicePosition } from './invoice-positions.ts';
import type { AccountLedger } from './ledger.ts';
import { upstreamCredits } from './upstream-credits.ts';

export const measures = ['invoiced', 'credited', 'paid', 'refunded'] as const;
export type Measure = (typeof measures)[number];

/** One signed entry of an account's ledger, at the finest place that is known. Minor units, never 0. */
export interface LedgerEntry {
  readonly currency: string;
  readonly measure: Measure;
  /** Mostly positive; negative where it takes off what another entry counts at another place. */
  readonly amount: number;
  /** Null: of the account alone. */
  readonly invoiceId: string | null;
  /** Null: of the invoice, and of none of its lines. */
  readonly invoiceLineId: string | null;
}

/**
 * All that was invoiced, credited, paid and refunded on an account (orders and refunds, "Persons and accounts").
 *
 * - Invoiced is what lines come to after discounts, tax included; what the invoice's amount has beyond them stands on the
 *   invoice. A negative invoice is credited, by the lines that it consists of.
 * - Upstream credits and applied payments are spread over the lines of their invoice pro rata, by largest remainder; on an
 *   invoice without lines they stand on the invoice. What of a payment was applied to no invoice, or to one that no longer
 *   owed it, stands on the account.
 * - Credit of the account that was used for an invoice is credited there, and taken off on the account if the money was
 *   counted when it became credit: by a negative invoice, or as a payment.
 * - A credit note counts as credited and as refunded, item by item; the unallocated part on the account. Items with the
 *   methods `credit_memo` and `unapplied_payment` only count as refunded: the credit of the ones is an upstream one, and
 *   the others were never for a purchase. Such an item without a line gives back what was paid beyond all invoices, and
 *   stands on the account like that payment.
 *
 * @param notes what attribute made of the same facts
 * @param counted of the same ledger, for a caller that has it
 */
export function ledgerEntries(ledger: AccountLedger, notes: readonly CreditNote[], counted: CountedLedger = countedLedger(ledger)): LedgerEntry[] {
  const balance = creditBalance(counted);
  const positions = invoicePositions(counted, upstreamCredits(counted, balance));
  const entries = [
    ...[...positions.values()].flatMap(ofInvoice),
    ...ofAccount(counted, [...positions.values()]),
    ...balance.credited.map(({ credit, countedBefore }) => entry(credit.currency, 'credited', -countedBefore)),
    ...notes.flatMap(ofNote),
  ];
  return entries.filter(({ amount }) => amount !== 0);
}

function entry(currency: string, measure: Measure, amount: number, invoiceId: string | null = null, invoiceLineId: string | null = null): LedgerEntry {
  return { currency, measure, amount, invoiceId, invoiceLineId };
}

function ofInvoice({ invoice, lines, credited, paid }: InvoicePosition): LedgerEntry[] {
  const { id, currency, amount } = invoice;
  const [measure, sign] = amount < 0 ? (['credited', -1] as const) : (['invoiced', 1] as const);
  const sums = { net: 0, credited: 0, paid: 0 };
  const entries = lines.flatMap((position) => {
    sums.net += position.net;
    sums.credited += position.credited;
    sums.paid += position.paid;
    return [
      entry(currency, measure, sign * position.net, id, position.line.id),
      entry(currency, 'credited', position.credited, id, position.line.id),
      entry(currency, 'paid', position.paid, id, position.line.id),
    ];
  });
  return [
    ...entries,
    entry(currency, measure, sign * (amount - sums.net), id),
    entry(currency, 'credited', credited - sums.credited, id),
    entry(currency, 'paid', paid - sums.paid, id),
  ];
}

/** What of the payments settled no invoice, and credit memos that refer to none. */
function ofAccount({ payments, memos }: CountedLedger, positions: readonly InvoicePosition[]): LedgerEntry[] {
  const invoices = new Map(positions.map(({ invoice }) => [invoice.id, invoice.currency]));
  const loose = [...memos.values()].filter(({ invoiceId, currency }) => invoices.get(invoiceId ?? '') !== currency);
  return [
    ...[...payments.values()].map(({ currency, amount }) => entry(currency, 'paid', amount)),
    ...positions.map(({ invoice, paid }) => entry(invoice.currency, 'paid', -paid)),
    ...loose.map(({ currency, amount }) => entry(currency, 'credited', amount)),
  ];
}

function ofNote({ currency, items }: CreditNote): LedgerEntry[] {
  return items.flatMap((item) => {
    const { invoiceId, invoiceLineId, amount } = item;
    if (isCredited(item)) return [entry(currency, 'credited', amount, invoiceId, invoiceLineId), entry(currency, 'refunded', amount, invoiceId, invoiceLineId)];
    return [entry(currency, 'refunded', amount, invoiceLineId === null ? null : invoiceId, invoiceLineId)];
  });
}
