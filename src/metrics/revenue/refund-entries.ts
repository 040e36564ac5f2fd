import { halfEvenShare } from '../../core/half-even.ts';
import { isCredited, type CreditNote } from '../../orders/ledger/credit-note.ts';
import type { InvoiceRevenue } from './invoice-entries.ts';
import { amountsOf, type RevenueEntry } from './revenue-entry.ts';

/** The gross and the tax of a line, and what refunds have taken of both so far. */
interface LineAccount {
  readonly gross: number;
  readonly tax: number;
  refunded: number;
  taken: number;
}

/**
 * The entries of refunds, on their dates: the items of credit notes that credit something, so not those whose credit has
 * counted already (isCredited). The tax of a line is given back in the share of everything refunded on it so far, less
 * what was taken before, so that a full refund gives back all of it; what is of no line has none.
 *
 * @param notes in the order in which the refunds are attributed
 */
export function refundEntries(notes: readonly CreditNote[], invoices: Iterable<InvoiceRevenue>): RevenueEntry[] {
  const accounts = new Map<string, LineAccount>();
  for (const { position, lineTaxes } of invoices) {
    for (const [place, { line, net }] of position.lines.entries()) accounts.set(line.id, { gross: net, tax: lineTaxes[place] ?? 0, refunded: 0, taken: 0 });
  }
  return notes.flatMap(({ refundId, refundDate, currency, items }) =>
    items.flatMap((item, index): RevenueEntry[] => {
      if (!isCredited(item)) return [];
      const { invoiceId, invoiceLineId: lineId, amount } = item;
      const tax = takeTax(accounts.get(lineId ?? ''), amount);
      const amounts = amountsOf({ gross: -amount, tax: 0 - tax });
      return [{ kind: 'refund', sourceId: refundId, part: `refund ${index + 1}`, date: refundDate, currency, invoiceId, lineId, refundId, ...amounts }];
    }),
  );
}

function takeTax(line: LineAccount | undefined, amount: number): number {
  if (line === undefined) return 0;
  line.refunded += amount;
  const tax = halfEvenShare(line.refunded, line.tax, line.gross) - line.taken;
  line.taken += tax;
  return tax;
}
