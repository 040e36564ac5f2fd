import { addDays, type LocalDate } from '../../core/time.ts';

/**
 * The last day that models know: that of the last whole month before the last complete day. Models and what they predict
 * move once a month, not every day by the age of every customer.
 *
 * @param asOf the last day of states; the day before is the last complete one
 */
export function modelDay(asOf: LocalDate): LocalDate {
  return addDays(`${asOf.slice(0, 7)}-01` as LocalDate, -1);
}
