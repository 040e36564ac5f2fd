import { confidenceOf, isCredited, type CreditNote, type CreditNoteItem, type Method } from '../ledger/credit-note.ts';
import type { CountedRefund } from '../ledger/counted-ledger.ts';
import type { Take } from './capacity.ts';
import type { LineKey } from './named-lines.ts';

/** A credit note in the making. */
export class Draft {
  readonly refund: CountedRefund;
  /** The lines of the product that the refund names; none if it names none. */
  readonly product: readonly LineKey[];
  /** What has not found its place yet. */
  left: number;
  readonly #items = new Map<string, CreditNoteItem>();

  constructor(refund: CountedRefund, product: readonly LineKey[]) {
    this.refund = refund;
    this.product = product;
    this.left = refund.amount;
  }

  /** Where a method puts what it finds. */
  by(method: Method): Take {
    return (invoiceId, invoiceLineId, amount) => this.add({ invoiceId, invoiceLineId, amount, method, confidence: confidenceOf[method] });
  }

  /** Adds an item; two parts that one method finds on one line become one. */
  add(item: CreditNoteItem): void {
    const key = JSON.stringify([item.method, item.invoiceId, item.invoiceLineId]);
    const known = this.#items.get(key);
    this.#items.set(key, known === undefined ? item : { ...known, amount: known.amount + item.amount });
    this.left -= item.amount;
  }

  /** The finished note; what is left is unallocated. */
  note(): CreditNote {
    const { refund, left: unallocated } = this;
    if (unallocated > 0) this.add({ invoiceId: null, invoiceLineId: null, amount: unallocated, method: 'unallocated', confidence: 'none' });
    const items = [...this.#items.values()];
    return {
      refundId: refund.id,
      kind: refund.kind,
      refundDate: refund.refundDate,
      currency: refund.currency,
      amount: refund.amount,
      items,
      unallocated,
      upstream: !items.some(isCredited),
    };
  }
}
