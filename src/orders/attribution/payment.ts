import { groupBy } from '../../core/group-by.ts';
import type { AccountWork, Apply } from './account-work.ts';
import type { Draft } from './draft.ts';
import { NewestFirst } from './newest-first.ts';

/** Method 2: the payment that a refund names leads to the invoices that it paid, newest invoice first. */
export function payment(work: AccountWork): Apply {
  const invoicesOf = paymentInvoices(work);
  return (draft) => {
    const { paymentId, refundDate } = draft.refund;
    if (draft.left > 0) invoicesOf(paymentId, draft)?.take(draft.left, refundDate, draft.by('payment'));
  };
}

/** The invoices that a payment paid, in a refund's currency and its product's lines first; undefined if it paid none. */
export function paymentInvoices({ counted, capacities: capacities, lines }: AccountWork): (paymentId: string | null, draft: Draft) => NewestFirst | undefined {
  const applications = groupBy(counted.applications, ({ paymentId }) => paymentId);
  const known = new Map<string, NewestFirst>();
  return (paymentId, { refund, product }) => {
    const paid = applications.get(paymentId ?? '');
    if (paid === undefined) return undefined;
    const key = JSON.stringify([paymentId, refund.currency, product]);
    let invoices = known.get(key);
    if (invoices === undefined) {
      const own = [...new Set(paid.map(({ invoiceId }) => invoiceId))].flatMap((id) => capacities.get(id) ?? []);
      invoices = new NewestFirst(own.filter(({ currency }) => currency === refund.currency).map((capacity) => lines.whole(capacity, product)));
      known.set(key, invoices);
    }
    return invoices;
  };
}
