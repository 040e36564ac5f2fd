import type { LocalDate } from '../../core/time.ts';
import { metricActiveDays, type ActiveDayRecord } from '../records/aggregate-tables.ts';
import { periodsIn, type DayRange } from './calendar.ts';

/** Days on which a subscription was active, half-open; `to` null: it still is. */
export interface ActiveSegment {
  readonly from: LocalDate;
  readonly to: LocalDate | null;
  readonly market: string | null;
  readonly class: string | null;
}

const ALL = '*';

/**
 * Counts active subscriptions at the end of each day of a range, by market and class, and the persons who have any. Takes
 * a person at a time, so that a brand, or all of them, need not stand in memory.
 */
export class ActiveDays {
  readonly #range: DayRange;
  /** By market and class: how the count changes, by day. */
  readonly #changes = new Map<string, { readonly market: string | null; readonly class: string | null; readonly days: Map<LocalDate, number> }>();
  readonly #persons = new Map<LocalDate, number>();

  constructor(range: DayRange) {
    this.#range = range;
  }

  /** @param segments all segments of one person in the scope, in any order */
  add(segments: readonly ActiveSegment[]): void {
    const inRange = segments.flatMap((segment) => this.#cut(segment));
    for (const { from, to, market, class: own } of inRange) {
      for (const [one, other] of [[market, own], [market, ALL], [ALL, own], [ALL, ALL]] as const) {
        const { days } = this.#changesOf(one, other);
        count(days, from, 1);
        count(days, to, -1);
      }
    }
    for (const { from, to } of union(inRange)) {
      count(this.#persons, from, 1);
      count(this.#persons, to, -1);
    }
  }

  /** The rows of a brand, or of GROUP; a day without any active subscription of a market and class has no row for it. */
  rows(brand: string): ActiveDayRecord[] {
    const days = periodsIn('day', this.#range);
    const persons = runningSums(days, this.#persons);
    return [...this.#changes.values()].flatMap(({ market, class: own, days: changes }) => {
      const sums = runningSums(days, changes);
      const isAll = market === ALL && own === ALL;
      return days.flatMap((day, index) => {
        const subscriptions = sums[index] ?? 0;
        return subscriptions === 0 ? [] : [metricActiveDays.rowOf({ brand, day, market, class: own, subscriptions, persons: isAll ? (persons[index] ?? 0) : null })];
      });
    });
  }

  #cut(segment: ActiveSegment): (ActiveSegment & { readonly to: LocalDate })[] {
    const from = segment.from < this.#range.from ? this.#range.from : segment.from;
    const to = segment.to === null || segment.to > this.#range.to ? this.#range.to : segment.to;
    return from < to ? [{ ...segment, from, to }] : [];
  }

  #changesOf(market: string | null, own: string | null) {
    const key = JSON.stringify([market, own]);
    let found = this.#changes.get(key);
    if (found === undefined) this.#changes.set(key, (found = { market, class: own, days: new Map() }));
    return found;
  }
}

/** The days that the segments cover together, as segments that do not overlap. */
function union(segments: readonly { readonly from: LocalDate; readonly to: LocalDate }[]): { from: LocalDate; to: LocalDate }[] {
  const covered: { from: LocalDate; to: LocalDate }[] = [];
  for (const { from, to } of [...segments].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = covered.at(-1);
    if (last === undefined || from > last.to) covered.push({ from, to });
    else if (to > last.to) last.to = to;
  }
  return covered;
}

function count(days: Map<LocalDate, number>, day: LocalDate, change: number): void {
  days.set(day, (days.get(day) ?? 0) + change);
}

function runningSums(days: readonly LocalDate[], changes: ReadonlyMap<LocalDate, number>): number[] {
  let sum = 0;
  return days.map((day) => (sum += changes.get(day) ?? 0));
}
