import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { CountedLedger } from '../../orders/ledger/counted-ledger.ts';
import { creditBalance } from '../../orders/ledger/credit-balance.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import { invoicePositions } from '../../orders/ledger/invoice-positions.ts';
import { referredInvoice, upstreamCredits } from '../../orders/ledger/upstream-credits.ts';
import { creditsOnInvoice, looseMemo } from './credit-entries.ts';
import { invoiceRevenue } from './invoice-entries.ts';
import { refundEntries } from './refund-entries.ts';
import type { RevenueEntry } from './revenue-entry.ts';

/**
 * The revenue of an account (metrics, "Customers and revenue"). It is what the ledger counts, with the tax told apart:
 * Σ (amount + tax) = invoiced − credited in each currency, and on each line.
 *
 * @param counted of the account
 * @param notes of the same account; in any order
 */
export function revenueEntries(counted: CountedLedger, notes: readonly CreditNote[]): RevenueEntry[] {
  const credits = upstreamCredits(counted, creditBalance(counted));
  const invoices = [...invoicePositions(counted, credits).values()].map(invoiceRevenue);
  const creditsOf = groupBy(credits, ({ invoiceId }) => invoiceId);
  const loose = [...counted.memos.values()].filter((memo) => referredInvoice(counted, memo) === undefined);
  const places = new Map(counted.refunds.map(({ id }, place) => [id, place]));
  const placeOf = ({ refundId }: CreditNote): number => places.get(refundId) ?? places.size;
  const inOrder = [...notes].sort((a, b) => placeOf(a) - placeOf(b) || compareText(a.refundId, b.refundId));
  return [
    ...invoices.flatMap(({ entries }) => entries),
    ...invoices.flatMap((invoice) => creditsOnInvoice(invoice, creditsOf.get(invoice.position.invoice.id) ?? [])),
    ...loose.map(looseMemo),
    ...refundEntries(inOrder, invoices),
  ];
}
