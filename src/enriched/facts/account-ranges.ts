import { compareText } from '../../core/compare.ts';


/**
 * Ranges of accounts in the order in which persons are taken up: that of each person's smallest account id, the leader.
 * The other accounts of a person belong to the leader's range, wherever their own ids lie.
 */
export class AccountRanges {
  /** The last leader of each range but the open one at the end. */
  readonly #bounds: readonly string[];
  readonly #elsewhere = new Map<string, number>();

  /** @param bounds ascending; @param others accounts whose id is not their person's leader, as brand, id and leader */
  constructor(bounds: readonly string[], others: Iterable<readonly [brand: string, accountId: string, leader: string]>) {
    this.#bounds = bounds;
    for (const [brand, accountId, leader] of others) this.#elsewhere.set(`${accountId}\n${brand}`, this.ofLeader(leader));
  }

  get count(): number {
    return this.#bounds.length + 1;
  }

  /** The range of persons with this leader. */
  ofLeader(leader: string): number {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareText(this.#bounds[middle] as string, leader) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  of(brand: string, accountId: string): number {
    return this.#elsewhere.get(`${accountId}\n${brand}`) ?? this.ofLeader(accountId);
  }
}
