import { groupBy } from '../../core/group-by.ts';
import type { CountedRefund } from '../ledger/counted-ledger.ts';
import { sourceKey } from '../ledger/credit-balance.ts';
import type { AccountWork } from './account-work.ts';
import type { InvoiceCapacity } from './capacity.ts';

interface Credit {
  readonly capacity: InvoiceCapacity;
  left: number;
}

/** Negative invoices of one currency, oldest first, and those of them that refunds have come to. */
interface Stack {
  readonly credits: readonly Credit[];
  next: number;
  readonly open: Credit[];
}

/**
 * The credit of negative invoices that no movement of the credit balance has used: the newest is paid out first. Refunds
 * come in the order of their dates, so that each invoice is pushed and popped once (newest-first.ts).
 */
export class NegativeInvoices {
  readonly #stacks: ReadonlyMap<string, Stack>;

  constructor({ counted, credit, capacities: capacities }: AccountWork) {
    const credits = [...counted.invoices.values()].flatMap(({ id, amount }): Credit[] => {
      const capacity = capacities.get(id);
      return capacity === undefined || amount >= 0 ? [] : [{ capacity: capacity, left: Math.max(0, -amount - (credit.spent.get(sourceKey({ invoiceId: id })) ?? 0)) }];
    });
    const byCurrency = groupBy(credits, ({ capacity: capacity }) => capacity.currency);
    this.#stacks = new Map([...byCurrency].map(([currency, own]) => [currency, { credits: own, next: 0, open: [] }]));
  }

  /** Pays out an amount for a refund, as far as there is credit that is not dated after it. */
  take(amount: number, { currency, refundDate }: CountedRefund, payOut: (capacity: InvoiceCapacity, amount: number) => void): void {
    const stack = this.#stacks.get(currency);
    if (stack === undefined) return;
    const { credits, open } = stack;
    for (let credit = credits[stack.next]; credit !== undefined && credit.capacity.date <= refundDate; credit = credits[++stack.next]) open.push(credit);
    for (let wanted = amount; wanted > 0; ) {
      const newest = open.at(-1);
      if (newest === undefined) return;
      const paid = Math.min(wanted, newest.left);
      newest.left -= paid;
      wanted -= paid;
      if (paid > 0) payOut(newest.capacity, paid);
      if (newest.left === 0) open.pop();
    }
  }
}
