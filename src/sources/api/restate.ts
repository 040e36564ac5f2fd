import { addDays, daysBetween, type LocalDate } from '../../core/time.ts';
import type { Days } from './slices.ts';

/** Between the full windows so many days before today are asked for again. */
const SHORT_DAYS = 3;

/**
 * The days that a run asks for again, half-open: all that are not final, once in 24 hours; in between the last ones.
 * Today is among them, though it is not final (sources specification, engine 7).
 * @param finalUntil the last day up to which all are final; null before there is one
 * @param start the first day of the account
 */
export function restatedDays(finalUntil: LocalDate | null, start: LocalDate, today: LocalDate, full: boolean): Days {
  const open = finalUntil === null ? start : addDays(finalUntil, 1);
  const short = addDays(today, -SHORT_DAYS);
  return [full || open > short ? open : short, addDays(today, 1)];
}

/**
 * The last day up to which all days from the start are final: replaced by a batch whose today was so many days later that
 * the platform changes them no more. Null if the first one is not.
 * @param replaced days with the account's today of the newest batch that replaced them
 */
export function finalUntil(start: LocalDate, restateDays: number, replaced: ReadonlyMap<LocalDate, LocalDate>): LocalDate | null {
  let last: LocalDate | null = null;
  for (let day = start; ; day = addDays(day, 1)) {
    const today = replaced.get(day);
    if (today === undefined || daysBetween(day, today) < restateDays) return last;
    last = day;
  }
}
