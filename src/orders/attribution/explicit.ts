import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { AccountLedger, RefundApplicationFact } from '../ledger/ledger.ts';
import type { AccountWork, Apply } from './account-work.ts';
import type { Candidate, InvoiceCapacity } from './capacity.ts';
import type { Draft } from './draft.ts';
import { paymentInvoices } from './payment.ts';

/** A link of the platform that attribution did not follow, or not in full. */
export interface RefusedLink {
  readonly refundId: string;
  /** The id of the refund application. */
  readonly linkId: string;
  readonly invoiceId: string | null;
  readonly reason: 'unknown_invoice' | 'other_currency' | 'later_invoice' | 'above_capacity' | 'above_refund';
  /** What was not followed, in minor units; the next methods take it, except what is above the refund. */
  readonly amount: number;
}

/**
 * Method 1: the platform's links of a refund to an invoice, directly, else through the invoice payment, else through the
 * payment, newest invoice first. A link is never followed to an invoice of another account or currency, to one dated
 * after the refund, or above what an invoice can take (decision record 10).
 */
export function explicit(work: AccountWork, ledger: AccountLedger, refused: RefusedLink[]): Apply {
  const links = groupBy([...ledger.refundApplications].sort((a, b) => compareText(a.id, b.id)), ({ refundId }) => refundId ?? '');
  const invoiceOf = new Map(ledger.paymentApplications.map(({ id, invoiceId }) => [id, invoiceId]));
  const candidates = new Map<string, Candidate>();
  const invoicesOf = paymentInvoices(work);

  const follow = (draft: Draft, link: RefundApplicationFact, amount: number): Omit<RefusedLink, 'refundId' | 'linkId'> => {
    const named = [link.invoiceId, invoiceOf.get(link.paymentApplicationId ?? '') ?? null].filter((id) => id !== null);
    const capacity = named.map((id) => work.capacities.get(id)).find((found) => found !== undefined);
    if (capacity === undefined) {
      const paid = named.length === 0 ? invoicesOf(link.paymentId, draft) : undefined;
      const left = paid?.take(amount, draft.refund.refundDate, draft.by('explicit')) ?? amount;
      return { invoiceId: named[0] ?? null, reason: paid === undefined ? 'unknown_invoice' : 'above_capacity', amount: left };
    }
    const reason = refusal(capacity, draft);
    const left = reason === undefined ? candidateOf(capacity, draft).take(amount, draft.by('explicit')) : amount;
    return { invoiceId: capacity.id, reason: reason ?? 'above_capacity', amount: left };
  };

  const candidateOf = (capacity: InvoiceCapacity, { product }: Draft): Candidate => {
    const key = JSON.stringify([capacity.id, product]);
    const candidate = candidates.get(key) ?? work.lines.whole(capacity, product);
    candidates.set(key, candidate);
    return candidate;
  };

  return (draft) => {
    const { id: refundId } = draft.refund;
    for (const link of links.get(refundId) ?? []) {
      const stated = Math.max(0, link.amount ?? 0);
      const wanted = Math.min(stated, draft.left);
      const rest = follow(draft, link, wanted);
      if (rest.amount > 0) refused.push({ refundId, linkId: link.id, ...rest });
      if (stated > wanted) refused.push({ refundId, linkId: link.id, invoiceId: rest.invoiceId, reason: 'above_refund', amount: stated - wanted });
    }
  };
}

function refusal(capacity: InvoiceCapacity, { refund }: Draft): RefusedLink['reason'] | undefined {
  if (capacity.currency !== refund.currency) return 'other_currency';
  return capacity.date > refund.refundDate ? 'later_invoice' : undefined;
}
