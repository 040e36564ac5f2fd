import type { LocalDate } from '../../core/time.ts';
import type { Candidate, Take } from './capacity.ts';

/**
 * Candidates of which the newest is taken first: by InvoiceDate, then the higher InvoiceNumber, then the higher id.
 *
 * Refunds come in the order of their dates, so the invoices that are not dated after a refund only ever become more, and
 * one that is used up stays so. A stack of them therefore costs each invoice one push and one pop, however many refunds
 * there are.
 */
export class NewestFirst {
  /** Oldest first. */
  readonly #candidates: readonly Candidate[];
  #next = 0;
  readonly #open: Candidate[] = [];

  /** @param candidates in any order */
  constructor(candidates: Iterable<Candidate>) {
    this.#candidates = [...candidates].sort((a, b) => a.capacity.rank - b.capacity.rank);
  }

  /**
   * Takes an amount from invoices dated until then; returns what is left of it.
   *
   * @param until never earlier than in the call before
   */
  take(amount: number, until: LocalDate, take: Take): number {
    for (let candidate = this.#candidates[this.#next]; candidate !== undefined && candidate.capacity.date <= until; candidate = this.#candidates[++this.#next]) {
      this.#open.push(candidate);
    }
    let wanted = amount;
    while (wanted > 0) {
      const newest = this.#open.at(-1);
      if (newest === undefined) break;
      wanted = newest.take(wanted, take);
      if (wanted > 0 || newest.isUsedUp) this.#open.pop();
    }
    return wanted;
  }
}
