import { countedLedger, type CountedInvoice, type CountedLine } from '../../../src/orders/ledger/counted-ledger.ts';
import { sortableNumber } from '../../../src/orders/ledger/document-number.ts';
import { invoicePositions } from '../../../src/orders/ledger/invoice-positions.ts';
import type { AccountLedger, PaymentFact, RefundFact } from '../../../src/orders/ledger/ledger.ts';

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
 * Steps 0, 2, 4, 5 and 6 and the payout of negative invoices as the specification writes them down, looking at all invoices
 * again for every refund: slow, and for accounts without platform links, memos and movements of the credit balance only.
 * What the fast ones must agree with.
 */
export function plainAttribution(ledger: AccountLedger, isOfProduct: IsOfProduct): PlainItem[] {
  const counted = countedLedger(ledger);
  const invoices = [...invoicePositions(counted, []).values()].map(
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
  const unsettled = plainUnsettled(ledger);
  const credits = invoices.flatMap(({ invoice }) => (invoice.amount < 0 ? [{ invoice, left: -invoice.amount }] : []));
  const paidOut = new Map<string, number>();
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
    const never = Math.min(rest, unsettled.get(refund.paymentId ?? '')?.get(refund.currency) ?? 0);
    unsettled.get(refund.paymentId ?? '')?.set(refund.currency, (unsettled.get(refund.paymentId ?? '')?.get(refund.currency) ?? 0) - never);
    rest -= never;
    if (never > 0) items.push({ refund: refund.id, invoice: null, line: null, amount: never, method: 'unapplied_payment' });
    const paid = new Set(counted.applications.filter(({ paymentId }) => paymentId === refund.paymentId).map(({ invoiceId }) => invoiceId));
    from('payment', eligible.filter(({ invoice }) => paid.has(invoice.id)), (lines) => [...own(lines), ...others(lines)], true);
    for (const credit of refund.sourceType === 'CreditBalance' ? credits : []) {
      if (credit.invoice.currency !== refund.currency || credit.invoice.invoiceDate > refund.refundDate) continue;
      let part = Math.min(rest, credit.left);
      credit.left -= part;
      rest -= part;
      for (const line of credit.invoice.lines) {
        const taken = Math.min(part, Math.max(0, -line.gross) - (paidOut.get(line.id) ?? 0));
        paidOut.set(line.id, (paidOut.get(line.id) ?? 0) + taken);
        part -= taken;
        if (taken > 0) items.push({ refund: refund.id, invoice: credit.invoice.id, line: line.id, amount: taken, method: 'credit_memo' });
      }
      if (part > 0) items.push({ refund: refund.id, invoice: credit.invoice.id, line: null, amount: part, method: 'credit_memo' });
    }
    if (isOf !== undefined) from('same_product', eligible, own, false);
    if (isOf === undefined || refund.kind === 'goodwill') from('account', eligible, (lines) => lines, true);
    if (rest > 0) items.push({ refund: refund.id, invoice: null, line: null, amount: rest, method: 'unallocated' });
  }
  return items;
}

/** What no invoice needed, by payment and currency: each payment in turn against what its invoices still owe. */
function plainUnsettled(ledger: AccountLedger): Map<string, Map<string, number>> {
  const owed = new Map(ledger.invoices.map(({ id, amount }) => [id, Math.max(0, amount ?? 0)]));
  const text = ({ effectiveDate, paymentNumber, id }: PaymentFact): string[] => [effectiveDate ?? '', sortableNumber(paymentNumber), id];
  const payments = ledger.payments.filter(({ status, amount }) => status === 'Processed' && (amount ?? 0) >= 0);
  payments.sort((a, b) => text(a).map((part, i) => order(part, text(b)[i] ?? '')).find((sign) => sign !== 0) ?? 0);
  return new Map(
    payments.map(({ id, currency, amount }) => {
      let left = amount ?? 0;
      for (const part of ledger.paymentApplications.filter(({ paymentId }) => paymentId === id)) {
        const invoice = ledger.invoices.find((each) => each.id === part.invoiceId);
        const isElsewhere = invoice?.currency !== currency;
        const settled = isElsewhere ? (part.amount ?? 0) : invoice.status === 'Posted' ? Math.min(part.amount ?? 0, owed.get(invoice.id) ?? 0) : 0;
        if (!isElsewhere) owed.set(invoice.id, (owed.get(invoice.id) ?? 0) - settled);
        left -= settled;
      }
      return [id, new Map([[currency ?? '', left]])];
    }),
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
