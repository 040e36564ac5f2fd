import { HubError } from '../core/errors.ts';
import { addDays, daysBetween, type LocalDate } from '../core/time.ts';
import { periodOf } from '../metrics/aggregates/calendar.ts';

/** A week by its ISO name, Monday to Sunday. */
export interface Week {
  /** `2026-W12`. */
  readonly name: string;
  readonly from: LocalDate;
  /** Its Sunday. */
  readonly to: LocalDate;
}

const DAYS = 7;

/** The week that a day lies in (ISO 8601: a week belongs to the year of its Thursday). */
export function weekOf(day: LocalDate): Week {
  const from = periodOf('week', day);
  const thursday = addDays(from, 3);
  const year = thursday.slice(0, 4);
  const number = Math.floor(daysBetween(`${year}-01-01` as LocalDate, thursday) / DAYS) + 1;
  return { name: `${year}-W${String(number).padStart(2, '0')}`, from, to: addDays(from, DAYS - 1) };
}

/** The newest week that is over before a date: its flows are known to the end. */
export function lastCompleteWeek(asOf: LocalDate): Week {
  return weekOf(addDays(periodOf('week', asOf), -1));
}

/**
 * A week by its name.
 * @throws HubError usage if there is none
 */
export function weekNamed(name: string): Week {
  const [, year, number] = /^(\d{4})-W(\d{2})$/.exec(name) ?? [];
  // 4 January is always in the first week.
  const week = year === undefined ? undefined : weekOf(addDays(`${year}-01-04` as LocalDate, DAYS * (Number(number) - 1)));
  if (week?.name === name) return week;
  throw new HubError('usage', 'invalid_week', `"${name}" is no ISO week.`, { nextStep: 'Name one as 2026-W12; its first day is a Monday.' });
}

/** The weeks before a week, the nearest first. */
export function weeksBefore({ from }: Week, count: number): Week[] {
  return Array.from({ length: count }, (_, index) => weekOf(addDays(from, -DAYS * (index + 1))));
}
