import type { LocalDate } from '../../core/time.ts';
import type { InvoicePosition } from '../ledger/invoice-positions.ts';

/** What a line can still take. Minor units. */
export interface LineCapacity {
  readonly id: string;
  left: number;
  /** What of the upstream credits on the line has not been paid out. */
  creditLeft: number;
}

/** What an invoice can still take; refunds lower it, nothing ever raises it again. */
export interface InvoiceCapacity {
  readonly id: string;
  readonly date: LocalDate;
  readonly currency: string;
  /** The place in the order of the invoices: higher is newer. */
  readonly rank: number;
  left: number;
  /** In the order of their ids. */
  readonly lines: readonly LineCapacity[];
}

/** A part of an amount that an invoice took; null if no line of it could. */
export type Take = (invoiceId: string, lineId: string | null, amount: number) => void;

/**
 * The capacities before any refund (orders and refunds, "Refund attribution"): of an invoice
 * min(gross − upstream credits, payments applied), of a line its amount after discounts less its share of the credits.
 * A negative invoice has none; what it credited can be paid out.
 */
export function capacitiesOf(positions: Iterable<InvoicePosition>): Map<string, InvoiceCapacity> {
  return new Map(
    [...positions].map(({ invoice, lines, credited, paid }, rank) => [
      invoice.id,
      {
        id: invoice.id,
        date: invoice.invoiceDate,
        currency: invoice.currency,
        rank,
        left: Math.max(0, Math.min(invoice.amount - credited, paid)),
        lines: lines.map((position) => ({
          id: position.line.id,
          left: invoice.amount < 0 ? 0 : Math.max(0, position.net - position.credited),
          creditLeft: invoice.amount < 0 ? Math.max(0, -position.net) : position.credited,
        })),
      },
    ]),
  );
}

/** Lines of an invoice that a refund may be taken from, in this order. */
export class Candidate {
  readonly capacity: InvoiceCapacity;
  readonly #lines: readonly LineCapacity[];
  /** True if these are all lines of the invoice, so that it may take itself what it has beyond its lines. */
  readonly #isWhole: boolean;
  #next = 0;

  constructor(capacity: InvoiceCapacity, lines: readonly LineCapacity[], isWhole: boolean) {
    this.capacity = capacity;
    this.#lines = lines;
    this.#isWhole = isWhole;
  }

  /** Takes as much of the amount as there is room for; returns what is left of it. */
  take(amount: number, take: Take): number {
    const { capacity: capacity } = this;
    let wanted = amount;
    for (; this.#next < this.#lines.length; this.#next++) {
      const line = this.#lines[this.#next];
      if (line === undefined) continue;
      const taken = Math.min(wanted, line.left, capacity.left);
      line.left -= taken;
      wanted -= this.#book(line.id, taken, take);
      if (line.left > 0) return wanted;
    }
    return this.#isWhole ? wanted - this.#book(null, Math.min(wanted, capacity.left), take) : wanted;
  }

  /** True if it will never take anything again. */
  get isUsedUp(): boolean {
    return this.capacity.left === 0 || (this.#next === this.#lines.length && !this.#isWhole);
  }

  #book(lineId: string | null, amount: number, take: Take): number {
    this.capacity.left -= amount;
    if (amount > 0) take(this.capacity.id, lineId, amount);
    return amount;
  }
}
