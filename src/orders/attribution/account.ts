import type { AccountWork, Apply } from './account-work.ts';
import { NewestFirst } from './newest-first.ts';

/**
 * Method 5: all products of the account, newest invoice first: for a goodwill gesture, for a refund whose product is not
 * known, and where the configuration lets refunds spill over to other products.
 */
export function account({ capacities: capacities, lines }: AccountWork, spill: 'none' | 'account'): Apply {
  const known = new Map<string, NewestFirst>();
  return (draft) => {
    const { refund, product } = draft;
    if (draft.left === 0 || (product.length > 0 && refund.kind !== 'goodwill' && spill === 'none')) return;
    let invoices = known.get(refund.currency);
    if (invoices === undefined) {
      const own = [...capacities.values()].filter(({ currency }) => currency === refund.currency);
      known.set(refund.currency, (invoices = new NewestFirst(own.map((capacity) => lines.whole(capacity, [])))));
    }
    invoices.take(draft.left, refund.refundDate, draft.by('account'));
  };
}
