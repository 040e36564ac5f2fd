import type { LocalDate } from '../../core/time.ts';

/**
 * What an entry of revenue is (metrics, "Customers and revenue"): a line of an invoice, what lowers one, what an invoice
 * has beyond its lines; a credit that the platform made; a refund that nothing upstream had credited.
 */
export type RevenueKind = 'sale' | 'discount' | 'rest' | 'credit' | 'refund';

/** One signed entry of an account's revenue, at the finest place that is known. Minor units of its currency. */
export interface RevenueEntry {
  readonly kind: RevenueKind;
  /** The record of billing that it comes from: a line or invoice, a memo or adjustment, a refund. */
  readonly sourceId: string;
  /** Tells the entries of one record apart. */
  readonly part: string;
  readonly date: LocalDate;
  readonly currency: string;
  readonly invoiceId: string | null;
  readonly lineId: string | null;
  readonly refundId: string | null;
  /** Tax excluded. */
  readonly amount: number;
  readonly tax: number;
}

/** A part of an invoice's gross, with the tax in it. */
export interface Taxed {
  readonly gross: number;
  readonly tax: number;
}

/** The amount without tax, and the tax, of a gross amount. */
export function amountsOf({ gross, tax }: Taxed): Pick<RevenueEntry, 'amount' | 'tax'> {
  return { amount: gross - tax, tax };
}
