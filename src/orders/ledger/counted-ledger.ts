import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import { groupBy } from '../../core/group-by.ts';
import { sortableNumber } from './document-number.ts';
import type {
  AccountLedger, CreditFact, InvoiceFact, InvoiceLineFact, PaymentApplicationFact, PaymentFact, RefundFact,
} from './ledger.ts';

type Known<Fact, Names extends keyof Fact> = Fact & { readonly [Name in Names]-?: NonNullable<Fact[Name]> };

/** A posted invoice; its lines in the order of their ids. */
export interface CountedInvoice extends Known<InvoiceFact, 'invoiceDate' | 'currency' | 'amount'> {
  readonly lines: readonly CountedLine[];
}
/** `gross`: tax included. */
export type CountedLine = InvoiceLineFact & { readonly gross: number };
export interface CountedPayment extends Known<PaymentFact, 'currency' | 'amount'> {
  /**
   * What it paid that this ledger cannot show: applications to invoices that are not here or of another currency, and those
   * that are missing from the export although the platform says that so much was applied.
   */
  readonly elsewhere: number;
}
/** The part of a counted payment that was applied to a counted invoice of the same currency. */
export type CountedApplication = Known<PaymentApplicationFact, 'invoiceId' | 'paymentId' | 'amount'>;
export type CountedRefund = Known<RefundFact, 'refundDate' | 'currency' | 'amount'>;
export type CountedCredit = Known<CreditFact, 'creditDate' | 'currency' | 'amount'>;

/**
 * The facts of an account that count, each list in an order that does not depend on how the rows were read. What is
 * missing a date, a currency or an amount cannot be counted; the enrichment has reported it as unreadable. A refund, a
 * payment or a credit with a minus is not counted either, as nobody knows what it was meant to say: reconcile names it.
 */
export interface CountedLedger {
  /** By id, the oldest first: by date, number, id. */
  readonly invoices: ReadonlyMap<string, CountedInvoice>;
  /** By id, in the order of date, number, id. */
  readonly payments: ReadonlyMap<string, CountedPayment>;
  readonly applications: readonly CountedApplication[];
  /** In the order in which they are attributed: date, number, id. */
  readonly refunds: readonly CountedRefund[];
  /** Posted credit memos by id. */
  readonly memos: ReadonlyMap<string, CountedCredit>;
  /** Processed movements of the credit balance by date; on one date increases first, then by number and id. */
  readonly adjustments: readonly CountedCredit[];
}

const PROCESSED = new Set(['Processed', 'Posted']);

/** Only Posted invoices and credit memos, and Processed or Posted money, count (billing, "Entities"): decided here alone. */
export function countedLedger(ledger: AccountLedger): CountedLedger {
  const linesOf = linesByInvoice(ledger.invoiceLines);
  const invoices = new Map(
    inOrder(ledger.invoices.filter(isPosted), (fact) => fact.invoiceDate, (fact) => fact.invoiceNumber)
      .map((fact) => [fact.id, { ...fact, lines: linesOf.get(fact.id) ?? [] }]),
  );
  const elsewhere = paidElsewhere(ledger);
  const payments = new Map(
    inOrder(ledger.payments.filter(isProcessedPayment), (fact) => fact.effectiveDate ?? '', (fact) => fact.paymentNumber)
      .map((fact) => [fact.id, { ...fact, elsewhere: elsewhere(fact) }]),
  );
  const credits = ledger.credits.filter((fact): fact is CountedCredit => isComplete(fact, fact.creditDate) && (fact.amount ?? 0) > 0);
  return {
    invoices,
    payments,
    applications: ledger.paymentApplications.filter((fact) => isCounted(fact, invoices, payments)).sort(byId),
    refunds: inOrder(ledger.refunds.filter(isProcessedRefund), (fact) => fact.refundDate, (fact) => fact.refundNumber),
    memos: new Map(credits.filter((fact) => fact.creditType === 'credit_memo' && fact.status === 'Posted').sort(byId).map((fact) => [fact.id, fact])),
    adjustments: inOrder(
      credits.filter((fact) => fact.creditType === 'credit_balance_adjustment' && isProcessed(fact) && fact.direction !== null),
      (fact) => `${fact.creditDate} ${fact.direction === 'Increase' ? 0 : 1}`,
      (fact) => fact.number,
    ),
  };
}

/** Sorted by date, number and id. */
function inOrder<Fact extends { readonly id: string }>(facts: readonly Fact[], dateOf: (fact: Fact) => string, numberOf: (fact: Fact) => string | null): Fact[] {
  return facts
    .map((fact) => ({ fact, date: dateOf(fact), number: sortableNumber(numberOf(fact)) }))
    .sort((a, b) => compareText(a.date, b.date) || compareText(a.number, b.number) || byId(a.fact, b.fact))
    .map(({ fact }) => fact);
}

function linesByInvoice(facts: readonly InvoiceLineFact[]): Map<string, CountedLine[]> {
  const lines = facts.map((line) => ({ ...line, gross: (line.amount ?? 0) + (line.taxAmount ?? 0) })).sort(byId);
  return groupBy(lines, ({ invoiceId }) => invoiceId ?? '');
}

function paidElsewhere({ invoices, paymentApplications }: AccountLedger): (payment: PaymentFact) => number {
  const applications = groupBy(paymentApplications, ({ paymentId }) => paymentId ?? '');
  const currencies = new Map(invoices.map(({ id, currency }) => [id, currency]));
  return ({ id, currency, appliedAmount }) => {
    const own = applications.get(id) ?? [];
    const away = own.filter(({ invoiceId }) => currencies.get(invoiceId ?? '') !== currency);
    return Math.max(0, sumOf(away)) + Math.max(0, (appliedAmount ?? 0) - sumOf(own));
  };
}

function sumOf(parts: readonly { readonly amount: number | null }[]): number {
  return parts.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
}

function isPosted(fact: InvoiceFact): fact is Known<InvoiceFact, 'invoiceDate' | 'currency' | 'amount'> {
  return fact.status === 'Posted' && isComplete(fact, fact.invoiceDate);
}

function isProcessedRefund(fact: RefundFact): fact is CountedRefund {
  return isProcessed(fact) && isComplete(fact, fact.refundDate) && (fact.amount ?? 0) > 0;
}

function isProcessedPayment(fact: PaymentFact): fact is Known<PaymentFact, 'currency' | 'amount'> {
  return isProcessed(fact) && fact.currency !== null && fact.amount !== null && fact.amount >= 0;
}

function isProcessed({ status }: { readonly status: string | null }): boolean {
  return status !== null && PROCESSED.has(status);
}

function isComplete({ currency, amount }: { readonly currency: string | null; readonly amount: number | null }, date: LocalDate | null): boolean {
  return date !== null && currency !== null && amount !== null;
}

/** An application to an invoice of another currency, or of a payment that does not count, is no payment of the invoice. */
function isCounted(
  fact: PaymentApplicationFact,
  invoices: ReadonlyMap<string, CountedInvoice>,
  payments: ReadonlyMap<string, CountedPayment>,
): fact is CountedApplication {
  const invoice = invoices.get(fact.invoiceId ?? '');
  const payment = payments.get(fact.paymentId ?? '');
  return invoice !== undefined && invoice.currency === payment?.currency && fact.amount !== null;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return compareText(a.id, b.id);
}
