import type { AccountWork, Apply } from './account-work.ts';
import { NewestFirst } from './newest-first.ts';

/** Method 4: the lines of the product that the refund names, newest invoice first, and on to older ones. */
export function sameProduct({ lines }: AccountWork): Apply {
  const known = new Map<string, NewestFirst>();
  return (draft) => {
    const { refund, product } = draft;
    if (draft.left === 0 || product.length === 0) return;
    const key = JSON.stringify([refund.currency, product]);
    let candidates = known.get(key);
    if (candidates === undefined) known.set(key, (candidates = new NewestFirst(lines.candidates(product, refund.currency))));
    candidates.take(draft.left, refund.refundDate, draft.by('same_product'));
  };
}
