import type { LocalDate } from '../../core/time.ts';

/** How a part of a refund found its invoice, in the order in which the methods are tried. */
export const methods = ['explicit', 'unapplied_payment', 'payment', 'credit_memo', 'same_product', 'account', 'unallocated'] as const;
export type Method = (typeof methods)[number];

/** How sure that is: said by the platform, follows from its records, guessed from product and dates, not known. */
export type Confidence = 'exact' | 'derived' | 'inferred' | 'none';

/** How sure each method is. */
export const confidenceOf: Readonly<Record<Method, Confidence>> = {
  explicit: 'exact',
  unapplied_payment: 'exact',
  payment: 'derived',
  credit_memo: 'derived',
  same_product: 'inferred',
  account: 'inferred',
  unallocated: 'none',
};

/**
 * True if a method's items count as credited: not those that pay out a credit which the platform has already made, and
 * not money that was never for a purchase.
 */
export function isCredited({ method }: { readonly method: Method }): boolean {
  return method !== 'credit_memo' && method !== 'unapplied_payment';
}

/** A part of a refund and where it belongs. */
export interface CreditNoteItem {
  /** Null: unallocated, of a payment that settled nothing, or paid out of a credit that names no invoice. */
  readonly invoiceId: string | null;
  /** Null also where the invoice has no line that could take the amount. */
  readonly invoiceLineId: string | null;
  /** Minor units, more than 0. */
  readonly amount: number;
  readonly method: Method;
  readonly confidence: Confidence;
}

/**
 * What one processed refund comes to. The items add up to the amount; which of them count as credited, isCredited says.
 */
export interface CreditNote {
  readonly refundId: string;
  /** regular or goodwill. */
  readonly kind: string;
  readonly refundDate: LocalDate;
  readonly currency: string;
  readonly amount: number;
  /** In the order in which they were found: by method, newest invoice first. */
  readonly items: readonly CreditNoteItem[];
  /** What found no place: the item with the method `unallocated`. */
  readonly unallocated: number;
  /** True if it credits nothing itself: all of it pays out upstream credits, or money that was never for a purchase. */
  readonly upstream: boolean;
}
