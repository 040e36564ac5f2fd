import type { LocalDate } from '../../src/core/time.ts';
import type { AccountLedger, CreditFact, InvoiceFact, InvoiceLineFact, RefundFact } from '../../src/orders/ledger/ledger.ts';

type LineChanges = Partial<InvoiceLineFact> & { readonly id: string; readonly amount: number };
type InvoiceChanges = Partial<InvoiceFact> & { readonly id: string; readonly date: string; readonly paid?: number; readonly lines?: readonly LineChanges[] };

/** An invoice with its lines and the payment of all of it, unless told otherwise. Its number is its id. */
export function invoiceOf({ date, paid, lines = [], ...changes }: InvoiceChanges): Pick<AccountLedger, 'invoices' | 'invoiceLines' | 'payments' | 'paymentApplications'> {
  const amount = changes.amount ?? lines.reduce((sum, line) => sum + line.amount + (line.taxAmount ?? 0), 0);
  const { id, currency = 'EUR' } = changes;
  const applied = paid ?? Math.max(0, amount);
  return {
    invoices: [{ invoiceNumber: id, invoiceDate: date as LocalDate, status: 'Posted', currency, amount, taxAmount: null, ...changes }],
    invoiceLines: lines.map((line) => ({
      invoiceId: id, subscriptionId: null, chainId: null, productRatePlanId: null, productId: null, sku: null, name: null, processingType: '0', taxAmount: null, appliedToLineId: null, ...line,
    })),
    payments: applied === 0 ? [] : [{ id: `payment of ${id}`, paymentNumber: `P ${id}`, effectiveDate: date as LocalDate, status: 'Processed', currency, amount: applied, appliedAmount: null }],
    paymentApplications: applied === 0 ? [] : [{ id: `application to ${id}`, invoiceId: id, paymentId: `payment of ${id}`, currency, amount: applied }],
  };
}

/** A processed refund of which nothing is known. */
export function refundOf({ date, ...changes }: Partial<RefundFact> & { readonly id: string; readonly date: string; readonly amount: number }): RefundFact {
  return {
    refundNumber: changes.id, refundDate: date as LocalDate, paymentId: null, creditMemoId: null, type: 'Electronic', sourceType: 'Payment', status: 'Processed', currency: 'EUR',
    reasonCode: null, comment: null, sku: null, kind: 'regular', ...changes,
  };
}

/** A posted credit memo. */
export function memoOf({ date, ...changes }: Partial<CreditFact> & { readonly id: string; readonly date: string; readonly amount: number }): CreditFact {
  return { ...EMPTY_CREDIT, creditType: 'credit_memo', status: 'Posted', creditDate: date as LocalDate, ...changes };
}

/** A processed movement of the credit balance; `source` is `Invoice i1`, `Refund r1` and so on. */
export function adjustmentOf({ date, source, ...changes }: Partial<CreditFact> & { readonly id: string; readonly date: string; readonly amount: number; readonly direction: 'Increase' | 'Decrease'; readonly source?: string }): CreditFact {
  const [type, id] = source?.split(' ') ?? [];
  return {
    ...EMPTY_CREDIT, creditType: 'credit_balance_adjustment', status: 'Processed', creditDate: date as LocalDate,
    invoiceId: type === 'Invoice' ? (id ?? null) : null, sourceTransactionType: type ?? null, sourceTransactionId: id ?? null, ...changes,
  };
}

const EMPTY_CREDIT = {
  number: null, direction: null, invoiceId: null, sourceTransactionId: null, sourceTransactionNumber: null, sourceTransactionType: null, currency: 'EUR', refundAmount: null, taxAmount: null,
};

/** An account with these facts. */
export function accountOf(...parts: readonly Partial<AccountLedger>[]): AccountLedger {
  const all = <Name extends Exclude<keyof AccountLedger, 'brand' | 'accountId' | 'currency'>>(name: Name): AccountLedger[Name] =>
    parts.flatMap((part) => (part[name] ?? []) as readonly unknown[]) as unknown as AccountLedger[Name];
  return {
    brand: 'alpina',
    accountId: 'account-1',
    currency: 'EUR',
    subscriptions: all('subscriptions'),
    invoices: all('invoices'),
    invoiceLines: all('invoiceLines'),
    payments: all('payments'),
    paymentApplications: all('paymentApplications'),
    refunds: all('refunds'),
    refundApplications: all('refundApplications'),
    credits: all('credits'),
  };
}
