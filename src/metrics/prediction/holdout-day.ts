import { addDays, addMonths, daysBetween, type LocalDate } from '../../core/time.ts';

const MOST_MONTHS = 6;

/** The day after which a model is tested: all but the last six months, or the last third of the time observed if that is less. */
export function holdoutDay(firstDay: LocalDate, asOf: LocalDate): LocalDate {
  const third = addDays(asOf, -Math.floor(daysBetween(firstDay, asOf) / 3));
  const months = addMonths(asOf, -MOST_MONTHS);
  return third > months ? third : months;
}
