import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import { sortableNumber } from '../../orders/ledger/document-number.ts';

/** What makes a customer: a posted invoice above 0, or an order of a shop that came to more than 0. */
export interface Purchase {
  readonly brand: string;
  readonly date: LocalDate;
  /** As people count them; null where it has none. */
  readonly number: string | null;
  readonly id: string;
  readonly currency: string;
  readonly market: string | null;
  /** What it says of the customer; asked of the first purchase only. */
  readonly traits: () => PurchaseTraits;
}

/** What a purchase tells of the customer whom it made. */
export interface PurchaseTraits {
  readonly sku: string | null;
  readonly class: string | null;
  readonly campaign: string | null;
  readonly coupon: string | null;
  readonly channel: string;
}

/** What made a person a customer of a brand or of the group (metrics, "Customers and revenue"). */
export interface Acquisition {
  readonly purchase: Purchase;
  /** How many purchases there are. */
  readonly invoices: number;
  readonly lastInvoiceOn: LocalDate;
}

/** The first of these purchases, of one brand or of all, by date, number and id. Undefined for a person who has none. */
export function acquisitionOf(purchases: readonly Purchase[]): Acquisition | undefined {
  const [first, ...others] = [...purchases].sort((a, b) => byDate(a, b) || compareText(a.brand, b.brand));
  if (first === undefined) return undefined;
  return { purchase: first, invoices: purchases.length, lastInvoiceOn: (others.at(-1) ?? first).date };
}

function byDate(a: Purchase, b: Purchase): number {
  return compareText(a.date, b.date) || compareText(sortableNumber(a.number), sortableNumber(b.number)) || compareText(a.id, b.id);
}
