import type { LocalDate } from '../../core/time.ts';
import { ageOf, completeAges } from './ages.ts';
import { CellSums, type CohortCells, type Dated, type MemberValues } from './cohort-cells.ts';

/** A customer acquired in the month of a cohort, with all revenue in the scope. */
export interface Buyer {
  readonly acquiredOn: LocalDate;
  /** Of the invoice that acquired the customer. */
  readonly currency: string;
  readonly values: MemberValues;
  /** Net amounts in any currency, also before the acquisition. */
  readonly revenue: readonly (Dated & { readonly currency: string })[];
  /** The dates of invoices above 0. */
  readonly purchases: readonly LocalDate[];
}

/**
 * The cohort of customers acquired in one month (metrics, "Cohorts"): `amounts` is the revenue up to each age (ltv), in the
 * cohort's currency, `counts` who bought at that age (purchases). Which ages are complete, the date of the run says.
 */
export class BuyerCohort {
  readonly #ages: number;
  readonly #asOf: LocalDate;
  readonly #sums: CellSums;

  /** @param month `2025-01` */
  constructor(month: string, asOf: LocalDate) {
    this.#ages = completeAges(month, asOf, 1);
    this.#asOf = asOf;
    this.#sums = new CellSums(this.#ages);
  }

  add({ acquiredOn, currency, values, revenue, purchases }: Buyer): void {
    const amounts = new Array<number>(this.#ages).fill(0);
    const counted = new Array<boolean>(this.#ages).fill(false);
    let hasOtherCurrency = false;
    for (const fact of revenue) {
      if (fact.currency !== currency) hasOtherCurrency ||= fact.date <= this.#asOf;
      else {
        const age = ageOf(acquiredOn, fact.date);
        if (age < this.#ages) amounts[age] = (amounts[age] ?? 0) + fact.amount;
      }
    }
    for (const date of purchases) {
      const age = ageOf(acquiredOn, date);
      if (age < this.#ages) counted[age] = true;
    }
    for (let age = 1; age < this.#ages; age++) amounts[age] = (amounts[age] ?? 0) + (amounts[age - 1] ?? 0);
    this.#sums.add({ values, currency, hasOtherCurrency, amounts, counted });
  }

  get cells(): CohortCells[] {
    return this.#sums.cells;
  }
}
