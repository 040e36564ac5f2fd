import type { LocalDate } from '../core/time.ts';

/** Revenue of a day in a currency, signed, in minor units. */
export interface RevenueDay {
  readonly currency: string;
  readonly day: LocalDate;
  readonly net: number;
  readonly refunds: number;
}

/** Recurring revenue at the end of a day and what moved it, in minor units. */
export interface MrrDay {
  readonly currency: string;
  readonly day: LocalDate;
  readonly mrr: number;
  readonly new: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly churn: number;
  readonly reactivation: number;
  readonly churned: number;
}

/** What ads of a day cost, in micros. */
export interface SpendDay {
  readonly currency: string;
  readonly day: LocalDate;
  readonly micros: number;
}

/** What the week and those before it are made of. */
export interface WeekFacts {
  readonly revenue: readonly RevenueDay[];
  readonly mrr: readonly MrrDay[];
  readonly spend: readonly SpendDay[];
  /** Subscriptions active at the end of a day. */
  readonly active: readonly { readonly day: LocalDate; readonly subscriptions: number }[];
  /** Customers acquired, by the Monday of their week. */
  readonly acquired: readonly { readonly monday: LocalDate; readonly customers: number }[];
  /** The first day of each kind that is known at all: what is before it is not 0. */
  readonly first: { readonly revenue: LocalDate | null; readonly mrr: LocalDate | null; readonly spend: LocalDate | null };
}
