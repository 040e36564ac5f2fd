import { addMonths, daysBetween, type LocalDate } from '../../core/time.ts';
import type { SpellRow } from './sbg.ts';

/** The first time that a customer had a contract: from `new` to the first `churn`, which may not have come. */
export interface Spell {
  readonly customer: string;
  readonly from: LocalDate;
  readonly churned: LocalDate | null;
}

/**
 * What the model sees of a spell at the end of a day: in which period it was lost, or how many it has completed. A churn
 * after k completed periods is lost in period k if it falls on their anniversary, else in k + 1 (metrics.md, "Predicted LTV").
 * @param months of a renewal period
 */
export function spellAt({ from, churned }: Spell, months: number, day: LocalDate): Omit<SpellRow, 'customers'> {
  if (churned === null || churned > day) return { lost: false, periods: completedPeriods(from, day, months) };
  const completed = completedPeriods(from, churned, months);
  const isOnAnniversary = completed >= 1 && addMonths(from, completed * months) === churned;
  return { lost: true, periods: isOnAnniversary ? completed : completed + 1 };
}

/** How many periods have gone by from one day to another: months are cut to their length. */
export function completedPeriods(from: LocalDate, to: LocalDate, months: number): number {
  // A month has 31 days at most, so it is so many periods at least.
  let periods = Math.max(0, Math.floor(daysBetween(from, to) / (31 * months)));
  while (addMonths(from, (periods + 1) * months) <= to) periods++;
  return periods;
}
