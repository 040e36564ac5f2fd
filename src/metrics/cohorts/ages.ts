import { addDays, addMonths, type LocalDate } from '../../core/time.ts';

/** The age of a fact in months: the largest k with addMonths(start, k) ≤ date; a fact before the start counts in age 0. */
export function ageOf(start: LocalDate, date: LocalDate): number {
  if (date < start) return 0;
  const months = (Number(date.slice(0, 4)) - Number(start.slice(0, 4))) * 12 + Number(date.slice(5, 7)) - Number(start.slice(5, 7));
  return addMonths(start, months) <= date ? months : months - 1;
}

/**
 * How many ages of a month's cohort are complete, from 0 on: age k is if addMonths(last day of the month, k + lag) ≤ asOf
 * (metrics, "Cohorts"). Lag 1: all that happens at the age is over; lag 0: its first day has come, for everybody.
 */
export function completeAges(month: string, asOf: LocalDate, lag: 0 | 1): number {
  const last = lastDayOf(month);
  let ages = 0;
  while (addMonths(last, ages + lag) <= asOf) ages++;
  return ages;
}

/** The last day of a month `2025-01`. */
function lastDayOf(month: string): LocalDate {
  return addDays(addMonths(`${month}-01` as LocalDate, 1), -1);
}
