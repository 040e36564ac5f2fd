import { countedLedger, type CountedInvoice, type CountedLine } from '../../../src/orders/counted-ledger.ts';
import { sortableNumber } from '../../../src/orders/document-number.ts';
import { invoicePositions } from '../../../src/orders/invoice-positions.ts';
import type { AccountLedger, RefundFact } from '../../../src/orders/ledger.ts';

interface PlainItem {
  readonly refund: string;
  readonly invoice: string | null;
  readonly line: string | null;
  readonly amount: number;
  readonly method: string;
}

interface PlainInvoice {
  readonly invoice: CountedInvoice;
  left: number;
  readonly lines: readonly { readonly line: CountedLine; left: number }[];
}

/** What of a refund's product is a line of: tells one line from another, or undefined if the product is not known. */
export type IsOfProduct = (refund: RefundFact) => ((line: CountedLine) => boolean) | undefined;

/**
 * Methods 2, 4, 5 and 6 as the specification writes them down, looking at all invoices again for every refund: slow, and
 * for accounts without platform links and credits only. What the fast ones must agree with.
 */
export function plainAttribution(ledger: AccountLedger, isOfProduct: IsOfProduct): PlainItem[] {
  const counted = countedLedger(ledger);
  const invoices = [...invoicePositions(counted, new Map()).values()].map(
    ({ invoice, lines, paid }): PlainInvoice => ({
      invoice,
      left: Math.max(0, Math.min(invoice.amount, paid)),
      lines: lines.map(({ line, net }) => ({ line, left: invoice.amount < 0 ? 0 : net })),
    }),
  );
  invoices.sort(
    ({ invoice: a }, { invoice: b }) =>
      order(b.invoiceDate, a.invoiceDate) || order(sortableNumber(b.invoiceNumber), sortableNumber(a.invoiceNumber)) || order(b.id, a.id),
  );
  const items: PlainItem[] = [];
  for (const refund of counted.refunds) {
    let rest = refund.amount;
    const isOf = isOfProduct(refund);
    const eligible = invoices.filter(({ invoice }) => invoice.currency === refund.currency && invoice.invoiceDate <= refund.refundDate);
    const from = (method: string, some: readonly PlainInvoice[], which: (lines: PlainInvoice['lines']) => PlainInvoice['lines'], isWhole: boolean): void => {
      for (const each of some) {
        const take = (line: string | null, most: number): number => {
          const amount = Math.min(rest, most, each.left);
          each.left -= amount;
          rest -= amount;
          if (amount > 0) items.push({ refund: refund.id, invoice: each.invoice.id, line, amount, method });
          return amount;
        };
        for (const one of which(each.lines)) one.left -= take(one.line.id, one.left);
        if (isWhole) take(null, each.left);
      }
    };
    const own = (lines: PlainInvoice['lines']): PlainInvoice['lines'] => lines.filter(({ line }) => isOf?.(line) === true);
    const others = (lines: PlainInvoice['lines']): PlainInvoice['lines'] => lines.filter(({ line }) => isOf?.(line) !== true);
    const paid = new Set(counted.applications.filter(({ paymentId }) => paymentId === refund.paymentId).map(({ invoiceId }) => invoiceId));
    from('payment', eligible.filter(({ invoice }) => paid.has(invoice.id)), (lines) => [...own(lines), ...others(lines)], true);
    if (isOf !== undefined) from('same_product', eligible, own, false);
    if (isOf === undefined || refund.kind === 'goodwill') from('account', eligible, (lines) => lines, true);
    if (rest > 0) items.push({ refund: refund.id, invoice: null, line: null, amount: rest, method: 'unallocated' });
  }
  return items;
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
