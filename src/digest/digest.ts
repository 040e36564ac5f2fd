import type { LocalDate } from '../core/time.ts';
import type { Week } from './week.ts';

/** What a figure counts: money in minor units of its currency, things, or a multiple. */
export type FigureKind = 'money' | 'count' | 'ratio';

/** A figure of the week with what it was; null where it is not known, with the reason. */
export interface Figure {
  /** Stable, for programs: `net_revenue`. */
  readonly name: string;
  readonly label: string;
  readonly kind: FigureKind;
  readonly value: number | null;
  readonly reason: string | null;
  readonly before: number | null;
  /** The mean of the four weeks before; null unless all four are known. */
  readonly meanOfFour: number | null;
  /** Against the week before, as a share of it (0.1: ten percent more); null without a base, or below the least one. */
  readonly change: number | null;
  /** Against the mean of four. */
  readonly changeOfMean: number | null;
}

/** What the week was in one currency. */
export interface CurrencyFigures {
  readonly currency: string;
  readonly figures: readonly Figure[];
}

/** A product by margin in the month of the week's end, so far. Amounts in minor units. */
export interface DigestProduct {
  readonly brand: string;
  readonly currency: string;
  readonly sku: string;
  readonly netSales: number;
  readonly margin: number;
}

/** A stock that wants somebody's attention, as it is now. */
export interface DigestStock {
  readonly brand: string;
  readonly sku: string;
  readonly location: string;
  readonly status: 'out' | 'reorder' | 'stale';
  readonly available: string;
  readonly day: LocalDate;
}

/** An alert that was told of in the week. */
export interface DigestAlert {
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
  readonly subject: string;
  readonly state: string;
  readonly since: LocalDate;
}

/** How much of something is known: `part` of `whole`. */
export interface DigestCoverage {
  readonly name: string;
  readonly label: string;
  readonly kind: 'money' | 'count';
  readonly currency: string | null;
  readonly part: number;
  readonly whole: number;
}

/** What earlier days came to be instead, since the week began. */
export interface DigestRestatement {
  readonly measure: string;
  readonly currency: string | null;
  readonly days: number;
  /** The sum of what changed, in minor units. */
  readonly change: number;
  readonly from: string;
  readonly to: string;
}

/** Runs that failed or refused something. */
export interface DigestRuns {
  readonly command: string;
  readonly status: string;
  readonly runs: number;
}

/** The week of a brand, or of all (`*`), for people who read it on Monday: the mail and the page say the same. */
export interface Digest {
  readonly scope: string;
  readonly week: Week;
  /** The newest day of recurring revenue that there was; null: there are no metrics. */
  readonly newestDay: LocalDate | null;
  readonly currencies: readonly CurrencyFigures[];
  /** Without a currency: active subscriptions, new customers. */
  readonly counts: readonly Figure[];
  /** `2026-03`. */
  readonly month: string;
  readonly bestProducts: readonly DigestProduct[];
  readonly negativeProducts: readonly DigestProduct[];
  readonly stock: readonly DigestStock[];
  readonly alerts: readonly DigestAlert[];
  readonly coverage: readonly DigestCoverage[];
  /** The last day up to which ad figures are final; null: there are none, or none is. */
  readonly adsFinalUntil: LocalDate | null;
  readonly restated: readonly DigestRestatement[];
  readonly failedRuns: readonly DigestRuns[];
}
