import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';

/** Recurring revenue at the end of a day, and the net of the movements that are stored with it. Minor units. */
export interface MrrDay {
  readonly currency: string;
  readonly day: LocalDate;
  readonly mrr: number;
  readonly moved: number;
}

/** By how much something changes recurring revenue on a day. */
export interface SegmentChange {
  readonly currency: string;
  readonly day: LocalDate;
  readonly amount: number;
}

/** A day on which recurring revenue is not what adds up to it. */
export interface MrrFault {
  readonly currency: string;
  readonly day: LocalDate;
  readonly stored: number;
  readonly movements: number;
  readonly segments: number;
}

/**
 * Holds recurring revenue of each day against the movements and the segments up to it (metrics, "Invariants"). Days
 * on which something changes and of which nothing is stored are faults too.
 *
 * @param days in order of their days, of one scope
 */
export function mrrFaults(days: readonly MrrDay[], changes: { readonly movements: readonly SegmentChange[]; readonly segments: readonly SegmentChange[] }): { readonly checked: number; readonly faults: MrrFault[] } {
  const stored = groupBy(days, ({ currency }) => currency);
  const [movements, segments] = [byCurrency(changes.movements), byCurrency(changes.segments)];
  const currencies = [...new Set([...stored.keys(), ...movements.keys(), ...segments.keys()])].sort();
  const faults: MrrFault[] = [];
  let checked = 0;
  for (const currency of currencies) {
    const own = new Map((stored.get(currency) ?? []).map((row) => [row.day, row]));
    const [moved, billed] = [movements.get(currency) ?? new Map<LocalDate, number>(), segments.get(currency) ?? new Map<LocalDate, number>()];
    const all = [...new Set([...own.keys(), ...moved.keys(), ...billed.keys()])].sort();
    let sums = { movements: 0, segments: 0, flows: 0 };
    for (const day of all) {
      const row = own.get(day);
      sums = { movements: sums.movements + (moved.get(day) ?? 0), segments: sums.segments + (billed.get(day) ?? 0), flows: sums.flows + (row?.moved ?? 0) };
      // Before the first movement there is nothing: a gift or a trial begins no row.
      if (row === undefined && sums.movements === 0 && sums.segments === 0) continue;
      checked++;
      const mrr = row?.mrr ?? 0;
      if (row === undefined || mrr !== sums.movements || mrr !== sums.segments || mrr !== sums.flows) faults.push({ currency, day, stored: mrr, movements: sums.movements, segments: sums.segments });
    }
  }
  return { checked, faults };
}

function byCurrency(changes: readonly SegmentChange[]): Map<string, Map<LocalDate, number>> {
  const found = new Map<string, Map<LocalDate, number>>();
  for (const { currency, day, amount } of changes) {
    const own = found.get(currency) ?? new Map<LocalDate, number>();
    found.set(currency, own.set(day, (own.get(day) ?? 0) + amount));
  }
  return found;
}
