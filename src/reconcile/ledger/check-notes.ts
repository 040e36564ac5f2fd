import { accountWork } from '../../orders/attribution/account-work.ts';
import { attribute, type AttributionSettings } from '../../orders/attribution/attribute.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import type { AccountLedger } from '../../orders/ledger/ledger.ts';
import type { Invariant } from './invariants.ts';
import { countedStates } from './money.ts';

/** Tells whether an invariant holds for something: what it is, as `hub audit` calls it, and its id. */
export type Verdict = (name: Invariant, holds: boolean, subject: string, id: string) => void;

/** Holds the stored credit notes of an account against its facts. */
export function checkNotes(ledger: AccountLedger, notes: readonly CreditNote[], settings: AttributionSettings, verdict: Verdict): void {
  const processed = countedStates.refunded;
  if (notes.length === 0 && !ledger.refunds.some(({ status }) => processed.has(status ?? ''))) return;
  const refunds = new Map(ledger.refunds.map((refund) => [refund.id, refund]));
  for (const { refundId, amount, currency, items } of notes) {
    const refund = refunds.get(refundId);
    const sum = items.reduce((total, item) => total + item.amount, 0);
    verdict('refund_items', sum === amount && refund?.amount === amount && refund.currency === currency && processed.has(refund.status ?? ''), 'refund', refundId);
  }
  checkPlaces(ledger, notes, verdict);
  checkLinks(ledger, notes, verdict);
  const again = new Map(attribute(ledger, settings).notes.map((note) => [note.refundId, factsOf(note)]));
  for (const note of notes) {
    verdict('replay', again.get(note.refundId) === factsOf(note), 'refund', note.refundId);
    again.delete(note.refundId);
  }
  for (const refundId of again.keys()) verdict('replay', false, 'refund', refundId);
}

/** Capacity, currency and date of the invoices and lines that refunds were attributed to, and of payments given back. */
function checkPlaces(ledger: AccountLedger, notes: readonly CreditNote[], verdict: Verdict): void {
  const { capacities: capacities, unapplied: unapplied } = accountWork(ledger);
  const onInvoice = new Map<string, number>();
  const onLine = new Map<string, number>();
  const paidOut = new Map<string, number>();
  let neverSettled = 0;
  for (const { refundId, refundDate, currency, items } of notes) {
    let fits = true;
    for (const { invoiceId, invoiceLineId, amount, method } of items) {
      if (method === 'unapplied_payment') neverSettled += amount;
      if (invoiceId === null) continue;
      const capacity = capacities.get(invoiceId);
      fits &&= capacity?.currency === currency && capacity.date <= refundDate;
      const target = method === 'credit_memo' ? paidOut : onLine;
      if (invoiceLineId !== null) add(target, `${invoiceId}\t${invoiceLineId}`, amount);
      if (method !== 'credit_memo') add(onInvoice, invoiceId, amount);
    }
    verdict('invoice_fits', fits, 'refund', refundId);
  }
  if (neverSettled > 0) verdict('capacity', neverSettled <= [...unapplied.values()].reduce((sum, left) => sum + left, 0), 'account', ledger.accountId);
  for (const [id, amount] of onInvoice) verdict('capacity', amount <= (capacities.get(id)?.left ?? 0), 'invoice', id);
  for (const [amounts, capacity] of [[onLine, 'left'], [paidOut, 'creditLeft']] as const) {
    for (const [key, amount] of amounts) {
      const [invoiceId = '', lineId = ''] = key.split('\t');
      const line = capacities.get(invoiceId)?.lines.find(({ id }) => id === lineId);
      verdict('capacity', amount <= (line?.[capacity] ?? 0), 'invoice_item', lineId);
    }
  }
}

/** Every explicit item goes to an invoice that a link of its refund names, directly or through what was paid. */
function checkLinks(ledger: AccountLedger, notes: readonly CreditNote[], verdict: Verdict): void {
  const paid = new Map(ledger.paymentApplications.map((fact) => [fact.id, fact]));
  for (const { refundId, items } of notes) {
    const explicit = items.filter(({ method }) => method === 'explicit');
    if (explicit.length === 0) continue;
    const named = new Set<string | null>();
    for (const link of ledger.refundApplications) {
      if (link.refundId !== refundId) continue;
      named.add(link.invoiceId).add(paid.get(link.paymentApplicationId ?? '')?.invoiceId ?? null);
      for (const fact of ledger.paymentApplications) if (fact.paymentId === link.paymentId) named.add(fact.invoiceId);
    }
    verdict('explicit_links', explicit.every(({ invoiceId }) => invoiceId !== null && named.has(invoiceId)), 'refund', refundId);
  }
}

/** What of a credit note must be the same. */
function factsOf({ kind, refundDate, currency, amount, items }: CreditNote): string {
  return JSON.stringify([kind, refundDate, currency, amount, items.map((item) => [item.invoiceId, item.invoiceLineId, item.amount, item.method, item.confidence])]);
}

function add(amounts: Map<string, number>, key: string, amount: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + amount);
}
