import { squash } from '../../core/text/text.ts';
import { groupBy } from '../../core/group-by.ts';
import { confidenceOf } from '../ledger/credit-note.ts';
import type { CountedCredit, CountedRefund } from '../ledger/counted-ledger.ts';
import { referredInvoice } from '../ledger/upstream-credits.ts';
import type { AccountWork, Apply } from './account-work.ts';
import type { InvoiceCapacity } from './capacity.ts';
import type { Draft } from './draft.ts';
import { NegativeInvoices } from './negative-invoices.ts';

/**
 * Method 3: a refund that pays out a credit which the platform has made: the credit memo that it names, the credit
 * balance that it was taken from, a memo that the platform says was paid out, in just this amount, and that no other
 * refund names, or, for a refund of the credit balance, the negative invoices of which no movement of that balance tells
 * where they went. It uses that credit and no capacity. A credit without an invoice of this account, currency and time
 * makes an item without an invoice.
 */
export function creditMemo(work: AccountWork): Apply {
  const { counted, credit, capacities: capacities } = work;
  const memoLeft = new Map([...counted.memos.values()].map((memo) => [memo.id, memo.amount]));
  const named = new Set(counted.refunds.map(({ creditMemoId }) => creditMemoId));
  const paidOut = groupBy([...counted.memos.values()].filter(({ id, refundAmount }) => (refundAmount ?? 0) > 0 && !named.has(id)), amountPaidOut);
  const lastInvoice = newestInvoices(work);
  const linesDone = new Map<string, number>();
  const negatives = new NegativeInvoices(work);

  const payOutMemo = (draft: Draft, memo: CountedCredit): void => {
    const amount = Math.min(draft.left, memoLeft.get(memo.id) ?? 0);
    memoLeft.set(memo.id, (memoLeft.get(memo.id) ?? 0) - amount);
    if (amount > 0) add(draft, usable(capacities.get(referredInvoice(counted, memo)?.id ?? ''), draft.refund), amount, linesDone);
  };

  return (draft) => {
    const { refund } = draft;
    const memo = counted.memos.get(refund.creditMemoId ?? '');
    if (memo?.currency === refund.currency) payOutMemo(draft, memo);
    const payouts = credit.payouts.get(refund.id) ?? [];
    for (const { amount, source } of payouts.filter(({ currency }) => currency === refund.currency)) {
      const paid = Math.min(draft.left, amount);
      if (paid === 0) continue;
      if ('invoiceId' in source) add(draft, usable(capacities.get(source.invoiceId), refund), paid, linesDone);
      else addWithoutLine(draft, lastInvoice(source.paymentId, refund), paid);
    }
    if (draft.left === refund.amount && refund.sourceType !== 'Payment') {
      const [only, ...others] = paidOut.get(amountPaidOut({ currency: refund.currency, refundAmount: refund.amount })) ?? [];
      if (only !== undefined && others.length === 0 && only.creditDate <= refund.refundDate) payOutMemo(draft, only);
    }
    if (squash(refund.sourceType ?? '') !== 'creditbalance') return;
    negatives.take(draft.left, refund, (capacity, amount) => add(draft, capacity, amount, linesDone));
  };
}

function amountPaidOut({ currency, refundAmount }: Pick<CountedCredit, 'currency' | 'refundAmount'>): string {
  return `${currency} ${String(refundAmount)}`;
}

/** Never an invoice of another currency, or dated after the refund. */
function usable(capacity: InvoiceCapacity | undefined, refund: CountedRefund): InvoiceCapacity | undefined {
  return capacity !== undefined && capacity.currency === refund.currency && capacity.date <= refund.refundDate ? capacity : undefined;
}

/** Puts what is paid out on the lines that were credited, in the order of their ids; the rest on the invoice alone. */
function add(draft: Draft, capacity: InvoiceCapacity | undefined, amount: number, linesDone: Map<string, number>): void {
  let wanted = amount;
  let done = linesDone.get(capacity?.id ?? '') ?? 0;
  for (; capacity !== undefined && wanted > 0 && done < capacity.lines.length; done++) {
    const line = capacity.lines[done];
    if (line === undefined) continue;
    const taken = Math.min(wanted, line.creditLeft);
    line.creditLeft -= taken;
    wanted -= taken;
    if (taken > 0) draft.by('credit_memo')(capacity.id, line.id, taken);
    if (line.creditLeft > 0) break;
  }
  if (capacity !== undefined) linesDone.set(capacity.id, done);
  addWithoutLine(draft, capacity?.id ?? null, wanted);
}

/** Nothing was credited on a line where a payment was more than its invoices. */
function addWithoutLine(draft: Draft, invoiceId: string | null, amount: number): void {
  if (amount > 0) draft.add({ invoiceId, invoiceLineId: null, amount, method: 'credit_memo', confidence: confidenceOf.credit_memo });
}

/** The newest invoice that a payment paid and that is not dated after a refund. */
function newestInvoices({ counted, capacities: capacities }: AccountWork): (paymentId: string, refund: CountedRefund) => string | null {
  const applications = groupBy(counted.applications, ({ paymentId }) => paymentId);
  const newestFirst = new Map<string, InvoiceCapacity[]>();
  return (paymentId, refund) => {
    let paid = newestFirst.get(paymentId);
    if (paid === undefined) {
      paid = (applications.get(paymentId) ?? []).flatMap(({ invoiceId }) => capacities.get(invoiceId) ?? []).sort((a, b) => b.rank - a.rank);
      newestFirst.set(paymentId, paid);
    }
    return paid.find((capacity) => usable(capacity, refund) !== undefined)?.id ?? null;
  };
}
