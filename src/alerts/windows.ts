import { addDays, type LocalDate } from '../core/time.ts';
import { periodOf } from '../metrics/aggregates/calendar.ts';
import type { AlertRule } from './rule.ts';

/** Periods of rows, both ends included; months by their names. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** What is judged, and what it is compared with. */
export interface Windows {
  readonly now: Window;
  readonly before: readonly Window[];
}

const STATE: Window = { from: '', to: '' };
const WEEKDAYS = 4;

/**
 * The periods that a rule looks at. Flows end with the last complete day; of what platforms may still change only final days
 * count, however old they are.
 * @param lastDay the last complete day; of ads the last final one
 */
export function windowsOf({ table, over, when }: Pick<AlertRule, 'table' | 'over' | 'when'>, lastDay: LocalDate): Windows {
  if (table.period === 'none') return { now: STATE, before: [] };
  if (table.period === 'month') return { now: { from: lastDay.slice(0, 7), to: lastDay.slice(0, 7) }, before: [] };
  const days = over === 'day' || over === 'latest' ? 1 : 7;
  const end = over === 'week' ? lastSunday(lastDay) : lastDay;
  const windowAt = (to: LocalDate): Window => ({ from: addDays(to, 1 - days), to });
  const now = windowAt(end);
  if (!('against' in when)) return { now, before: [] };
  if (when.against === 'previous') return { now, before: [windowAt(addDays(end, -days))] };
  return { now, before: Array.from({ length: WEEKDAYS }, (_, index) => windowAt(addDays(end, -7 * (index + 1)))) };
}

/** The newest Sunday that is over. */
function lastSunday(lastDay: LocalDate): LocalDate {
  return addDays(periodOf('week', addDays(lastDay, 1)), -1);
}
