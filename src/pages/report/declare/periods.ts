import { addDays, addMonths, daysBetween, type LocalDate } from '../../../core/time.ts';

/** Days, ISO weeks (named by their Monday) and calendar months (`2026-03`). */
export type Grain = 'day' | 'week' | 'month';

const MONDAY = '1970-01-05' as LocalDate;
/** More points than a chart can show become longer periods. */
const MOST_POINTS = 200;
const LONGER = { day: 'week', week: 'month' } as const;

/** The period that a day lies in. */
export function periodOf(day: LocalDate, grain: Grain): string {
  if (grain === 'month') return day.slice(0, 7);
  return grain === 'day' ? day : addDays(day, -(((daysBetween(MONDAY, day) % 7) + 7) % 7));
}

/** The last day of a period. */
export function lastDayOf(period: string, grain: Grain): LocalDate {
  if (grain === 'month') return addDays(addMonths(`${period}-01` as LocalDate, 1), -1);
  return grain === 'day' ? (period as LocalDate) : addDays(period as LocalDate, 6);
}

/** All periods from the one of a day to that of another, in order. */
export function periodsBetween(from: LocalDate, to: LocalDate, grain: Grain): string[] {
  const periods: string[] = [];
  for (let day = from; day <= to; day = addDays(lastDayOf(periodOf(day, grain), grain), 1)) periods.push(periodOf(day, grain));
  return periods;
}

/** The wanted grain, or the next longer one in which the time has no more than 200 periods. */
export function grainFor(from: LocalDate, to: LocalDate, wanted: Grain): Grain {
  const isLong = wanted !== 'month' && periodsBetween(from, to, wanted).length > MOST_POINTS;
  return isLong ? grainFor(from, to, LONGER[wanted]) : wanted;
}

/** The period that is not over with a day, if its last day lies behind it. */
export function incompletePeriod(lastDay: LocalDate, grain: Grain): string | undefined {
  const period = periodOf(lastDay, grain);
  return lastDayOf(period, grain) > lastDay ? period : undefined;
}
