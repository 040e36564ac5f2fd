import type { LocalDate } from '../../core/time.ts';

/** Days on which something counts, half-open, with what it counts as; `to` null: without an end. */
export interface CountedDays {
  readonly as: string;
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/**
 * The days on which counts differ: from the first to the last day of each thing that is counted otherwise than before.
 * `to` is the first day on which it counts as before again; null: it never does.
 */
export function changedDays(before: readonly CountedDays[], after: readonly CountedDays[]): { readonly from: LocalDate; readonly to: LocalDate | null }[] {
  const changes = new Map<string, Map<LocalDate, number>>();
  for (const [days, sign] of [[before, -1], [after, 1]] as const) {
    for (const { as, from, to } of days) {
      const own = changes.get(as) ?? new Map<LocalDate, number>();
      changes.set(as, own);
      own.set(from, (own.get(from) ?? 0) + sign);
      if (to !== null) own.set(to, (own.get(to) ?? 0) - sign);
    }
  }
  return [...changes.values()].flatMap((days) => {
    const events = [...days].filter(([, change]) => change !== 0);
    const sorted = events.map(([day]) => day).sort();
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined) return [];
    const isOver = events.reduce((sum, [, change]) => sum + change, 0) === 0;
    return [{ from: first, to: isOver ? last : null }];
  });
}
