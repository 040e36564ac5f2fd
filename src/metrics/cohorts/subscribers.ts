import { addMonths, type LocalDate } from '../../core/time.ts';
import { completeAges } from './ages.ts';
import { CellSums, type CohortCells, type Dated, type MemberValues } from './cohort-cells.ts';

/** A customer whose recurring revenue in a currency began in the month of a cohort. */
export interface Subscriber {
  /** The day of the movement `new`. */
  readonly firstOn: LocalDate;
  readonly currency: string;
  readonly values: MemberValues;
  /** All movements in this currency; together up to a day they are the recurring revenue of that day. */
  readonly movements: readonly Dated[];
}

/**
 * The cohort of customers whose recurring revenue began in one month (metrics, "Cohorts", retention): on the day
 * addMonths(first, k), `amounts` is their recurring revenue (mrr), `counts` who has any (logo). Who comes back counts again.
 */
export class SubscriberCohort {
  readonly #ages: number;
  readonly #sums: CellSums;

  /** @param month `2025-01` */
  constructor(month: string, asOf: LocalDate) {
    this.#ages = completeAges(month, asOf, 0);
    this.#sums = new CellSums(this.#ages);
  }

  add({ firstOn, currency, values, movements }: Subscriber): void {
    const days = Array.from({ length: this.#ages }, (_, age) => addMonths(firstOn, age));
    const amounts = days.map((day) => movements.reduce((sum, { date, amount }) => (date <= day ? sum + amount : sum), 0));
    this.#sums.add({ values, currency, hasOtherCurrency: false, amounts, counted: amounts.map((amount) => amount > 0) });
  }

  get cells(): CohortCells[] {
    return this.#sums.cells;
  }
}
