import { compareText } from '../../core/compare.ts';
import { hash32 } from '../../core/hash.ts';

/** A fit gains nothing from more customers, and its time grows with them. */
const MOST_CUSTOMERS = 50_000;

/** At most so many customers, chosen by the hash of their ids: the same ones whatever order they come in. */
export function sampleByHash<Item extends { readonly customer: string }>(items: readonly Item[], most = MOST_CUSTOMERS): readonly Item[] {
  if (items.length <= most) return items;
  const hashed = items.map((item) => ({ item, hash: hash32(item.customer) }));
  hashed.sort((a, b) => a.hash - b.hash || compareText(a.item.customer, b.item.customer));
  return hashed.slice(0, most).map(({ item }) => item);
}
