import type { LocalDate } from '../../core/time.ts';

/** By what members are told apart, beside the currency. */
export const dimensions = ['all', 'channel', 'first_sku', 'first_class', 'market'] as const;
export type Dimension = (typeof dimensions)[number];

/** What a member is in each dimension; null where that is not known. */
export type MemberValues = Readonly<Record<Exclude<Dimension, 'all'>, string | null>>;

/** A measure of members by age; cells are complete ages only, from age 0 on. */
export interface CohortCells {
  readonly dimension: Dimension;
  /** Null: all, or not known. */
  readonly value: string | null;
  readonly currency: string;
  readonly members: number;
  /** Members with revenue in other currencies too, which is in no cell. */
  readonly otherCurrency: number;
  /** Sums in minor units, and how many members, by age. */
  readonly amounts: readonly number[];
  readonly counts: readonly number[];
}

/** What one member adds to the cells. */
export interface MemberCells {
  readonly values: MemberValues;
  readonly currency: string;
  readonly hasOtherCurrency: boolean;
  readonly amounts: readonly number[];
  /** True: counted at that age. */
  readonly counted: readonly boolean[];
}

/** A dated amount. */
export interface Dated {
  readonly date: LocalDate;
  readonly amount: number;
}

/** Adds up members one by one, so that a cohort need not stand in memory. */
export class CellSums {
  readonly #ages: number;
  readonly #sums = new Map<string, { dimension: Dimension; value: string | null; currency: string; members: number; otherCurrency: number; amounts: number[]; counts: number[] }>();

  constructor(ages: number) {
    this.#ages = ages;
  }

  add({ values, currency, hasOtherCurrency, amounts, counted }: MemberCells): void {
    for (const dimension of dimensions) {
      const sum = this.#sumOf(dimension, dimension === 'all' ? null : values[dimension], currency);
      sum.members++;
      if (hasOtherCurrency) sum.otherCurrency++;
      for (let age = 0; age < this.#ages; age++) {
        sum.amounts[age] = (sum.amounts[age] ?? 0) + (amounts[age] ?? 0);
        sum.counts[age] = (sum.counts[age] ?? 0) + (counted[age] === true ? 1 : 0);
      }
    }
  }

  get cells(): CohortCells[] {
    return [...this.#sums.values()];
  }

  #sumOf(dimension: Dimension, value: string | null, currency: string) {
    const key = JSON.stringify([dimension, value, currency]);
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const zeros = new Array<number>(this.#ages).fill(0);
      sum = { dimension, value, currency, members: 0, otherCurrency: 0, amounts: zeros, counts: [...zeros] };
      this.#sums.set(key, sum);
    }
    return sum;
  }
}
