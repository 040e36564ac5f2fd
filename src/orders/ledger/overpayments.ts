import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { CountedApplication, CountedInvoice, CountedLedger } from './counted-ledger.ts';
import { sourceKey, type CreditBalance, type UpstreamCredit } from './credit-balance.ts';

/** A part of a payment that was applied to an invoice which no longer owed it. Minor units, more than 0. */
export interface Overpayment {
  readonly invoiceId: string;
  readonly paymentId: string;
  readonly amount: number;
}

/**
 * Applications beyond what their invoice still owed when they came (orders and refunds, "Refund attribution", step 0): the
 * payments in the order of date, number and id, each against the invoice's amount less the payments before it and the
 * upstream credits made until its date. A credit that came later was given on an invoice that the payment had settled.
 */
export function overpayments(ledger: CountedLedger, credits: readonly UpstreamCredit[]): Overpayment[] {
  const owed = new Map<string, number>();
  const lower = ({ invoiceId, amount }: { readonly invoiceId: string; readonly amount: number }): void => {
    owed.set(invoiceId, (owed.get(invoiceId) ?? ledger.invoices.get(invoiceId)?.amount ?? 0) - amount);
  };
  ledger.applications.forEach(lower);
  credits.forEach(lower);
  // Hardly any invoice is paid beyond its amount; only those that are may have been paid beyond what they owed in time.
  const overpaid = new Set([...owed].flatMap(([id, left]) => (left < 0 ? [id] : [])));
  if (overpaid.size === 0) return [];
  const applications = groupBy(ledger.applications.filter(({ invoiceId }) => overpaid.has(invoiceId)), ({ invoiceId }) => invoiceId);
  const creditsOn = groupBy(credits, ({ invoiceId }) => invoiceId);
  const ranks = new Map([...ledger.payments.keys()].map((id, rank) => [id, rank]));
  return [...applications].flatMap(([id, own]) => {
    const inOrder = [...own].sort((a, b) => (ranks.get(a.paymentId) ?? 0) - (ranks.get(b.paymentId) ?? 0));
    const invoice = ledger.invoices.get(id);
    return invoice === undefined ? [] : onInvoice(invoice, ledger, inOrder, creditsOn.get(id) ?? []);
  });
}

/**
 * What of each payment settled nothing and is still there, by payment: its amount less what it paid here or elsewhere, the
 * overpaid parts not counted as paid, and less what went on by way of the credit balance.
 */
export function unappliedPayments(ledger: CountedLedger, credits: readonly UpstreamCredit[], { spent }: CreditBalance): Map<string, number> {
  const beyond = sumByPayment(overpayments(ledger, credits));
  const toInvoices = sumByPayment(ledger.applications);
  return new Map(
    [...ledger.payments.values()].map(({ id, amount, elsewhere }) => {
      const applied = (toInvoices.get(id) ?? 0) - (beyond.get(id) ?? 0) + elsewhere;
      return [id, Math.max(0, amount - applied - (spent.get(sourceKey({ paymentId: id })) ?? 0))];
    }),
  );
}

function onInvoice({ id, amount }: CountedInvoice, ledger: CountedLedger, applications: readonly CountedApplication[], credits: readonly UpstreamCredit[]): Overpayment[] {
  // Both in the order of their dates, so that each credit is looked at once.
  const dated = [...credits].sort((a, b) => compareText(a.date, b.date));
  let next = 0;
  let credited = 0;
  let allTaken = 0;
  return [...groupBy(applications, ({ paymentId }) => paymentId)].flatMap(([paymentId, parts]) => {
    const until = ledger.payments.get(paymentId)?.effectiveDate ?? '';
    for (let credit = dated[next]; credit !== undefined && credit.date <= until; credit = dated[++next]) credited += credit.amount;
    const applied = parts.reduce((sum, part) => sum + part.amount, 0);
    const taken = Math.min(applied, Math.max(0, amount - credited - allTaken));
    allTaken += taken;
    return applied > taken ? [{ invoiceId: id, paymentId, amount: applied - taken }] : [];
  });
}

function sumByPayment(parts: Iterable<{ readonly paymentId: string; readonly amount: number }>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { paymentId, amount } of parts) sums.set(paymentId, (sums.get(paymentId) ?? 0) + amount);
  return sums;
}
