import { compareText } from '../../core/compare.ts';
import { hash32 } from '../../core/hash.ts';

/** A fit gains nothing from more customers, and its time grows with them. */
const MOST_CUSTOMERS = 50_000;
/** How many times as many may be held before the surplus goes. */
const SLACK = 1.25;

/** At most so many customers, chosen by the hash of their ids: the same ones whatever order they come in. */
export function sampleByHash<Item extends { readonly customer: string }>(items: readonly Item[], most = MOST_CUSTOMERS): readonly Item[] {
  if (items.length <= most) return items;
  const hashed = items.map((item) => ({ item, hash: hash32(item.customer) }));
  hashed.sort((a, b) => a.hash - b.hash || compareText(a.item.customer, b.item.customer));
  return hashed.slice(0, most).map(({ item }) => item);
}

/** The same sample of customers that come one by one, of whom never many more stand in memory. */
export class HashSample<Item extends { readonly customer: string }> {
  readonly #most: number;
  #items: Item[] = [];

  constructor(most = MOST_CUSTOMERS) {
    this.#most = most;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > this.#most * SLACK) this.#items = [...sampleByHash(this.#items, this.#most)];
  }

  get items(): readonly Item[] {
    return sampleByHash(this.#items, this.#most);
  }
}
