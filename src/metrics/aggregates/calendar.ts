import { addDays, addMonths, daysBetween, type LocalDate } from '../../core/time.ts';

/** Days of a calendar, half-open: `to` is the first day that is not in it. */
export interface DayRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export const grains = ['day', 'week', 'month'] as const;
export type Grain = (typeof grains)[number];

/** A Monday, from which weeks are counted. */
const MONDAY = '1970-01-05' as LocalDate;
const DAYS_OF_WEEK = 7;

/** The first day of the period that a date is in; weeks begin on Monday (ISO 8601). */
export function periodOf(grain: Grain, date: LocalDate): LocalDate {
  if (grain === 'day') return date;
  if (grain === 'month') return `${date.slice(0, 7)}-01` as LocalDate;
  const days = daysBetween(MONDAY, date) % DAYS_OF_WEEK;
  return addDays(date, days < 0 ? -days - DAYS_OF_WEEK : -days);
}

/** The days of a month `2025-01`. */
export function daysOfMonth(month: string): DayRange {
  const from = `${month}-01` as LocalDate;
  return { from, to: addMonths(from, 1) };
}

/** The days of months in their order; those that follow each other are one range. */
export function rangesOfMonths(months: readonly string[]): DayRange[] {
  const ranges: DayRange[] = [];
  for (const { from, to } of months.map(daysOfMonth)) {
    const last = ranges.at(-1);
    if (last?.to === from) ranges.splice(-1, 1, { from: last.from, to });
    else ranges.push({ from, to });
  }
  return ranges;
}

/** The days of all periods that a range touches, so that each of them is whole. */
export function wholePeriods(grain: Grain, { from, to }: DayRange): DayRange {
  const last = periodOf(grain, addDays(to, -1));
  return { from: periodOf(grain, from), to: nextPeriod(grain, last) };
}

/** The first days of the periods in a range of whole ones. */
export function periodsIn(grain: Grain, { from, to }: DayRange): LocalDate[] {
  const found: LocalDate[] = [];
  for (let period = from; period < to; period = nextPeriod(grain, period)) found.push(period);
  return found;
}

function nextPeriod(grain: Grain, period: LocalDate): LocalDate {
  return grain === 'month' ? addMonths(period, 1) : addDays(period, grain === 'week' ? DAYS_OF_WEEK : 1);
}
