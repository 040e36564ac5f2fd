import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import { confidenceOf } from '../ledger/credit-note.ts';
import type { AccountLedger } from '../ledger/ledger.ts';
import type { AccountWork, Apply } from './account-work.ts';

/**
 * Step 0: a refund gives back first what the payment that it names never settled: the second of two charges, what was paid
 * beyond an invoice, a deposit. It was never for a purchase, so the item has no invoice and credits nothing. Where the
 * refund itself names no payment, the platform's links of it do.
 */
export function unappliedPayment({ counted, unapplied: unapplied }: AccountWork, ledger: AccountLedger): Apply {
  const left = new Map(unapplied);
  const links = groupBy([...ledger.refundApplications].sort((a, b) => compareText(a.id, b.id)), ({ refundId }) => refundId ?? '');
  return (draft) => {
    const { id, currency, paymentId } = draft.refund;
    const named = paymentId === null ? (links.get(id) ?? []).map((link) => link.paymentId) : [paymentId];
    for (const payment of named.map((name) => counted.payments.get(name ?? ''))) {
      if (payment?.currency !== currency) continue;
      const amount = Math.min(draft.left, left.get(payment.id) ?? 0);
      left.set(payment.id, (left.get(payment.id) ?? 0) - amount);
      if (amount > 0) draft.add({ invoiceId: null, invoiceLineId: null, amount, method: 'unapplied_payment', confidence: confidenceOf.unapplied_payment });
    }
  };
}
