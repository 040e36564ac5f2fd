import { addDays, addMillis, daysBetween, millisOf, type Instant, type LocalDate } from '../../core/time.ts';

/** A half-open range of days, or of instants. */
export type Days = readonly [LocalDate, LocalDate];
export type Window = readonly [Instant, Instant];

/** Days [from, to) in steps of so many days, the oldest first. */
export function daySlices(from: LocalDate, to: LocalDate, step: number): Days[] {
  return inSteps(from, to, (start) => addDays(start, step));
}

/** The two halves of days, the longer one first; undefined at the smallest step. */
export function splitDays([from, to]: Days, smallest: number): readonly [Days, Days] | undefined {
  const days = daysBetween(from, to);
  if (days <= smallest) return undefined;
  const middle = addDays(from, Math.ceil(days / 2));
  return [[from, middle], [middle, to]];
}

/** Instants [from, to) in steps of so many milliseconds, the oldest first. */
export function windowSlices(from: Instant, to: Instant, stepMs: number): Window[] {
  return inSteps(from, to, (start) => addMillis(start, stepMs));
}

function inSteps<Place extends string>(from: Place, to: Place, next: (start: Place) => Place): (readonly [Place, Place])[] {
  const slices: (readonly [Place, Place])[] = [];
  for (let start = from; start < to; ) {
    const end = next(start);
    slices.push([start, end < to ? end : to]);
    start = end;
  }
  return slices;
}

/** The two halves of a window, cut at whole seconds; undefined at the smallest step. */
export function splitWindow([from, to]: Window, smallestMs: number): readonly [Window, Window] | undefined {
  const millis = millisOf(to) - millisOf(from);
  const half = Math.ceil(millis / 2_000) * 1_000;
  if (millis <= smallestMs || half >= millis) return undefined;
  const middle = addMillis(from, half);
  return [[from, middle], [middle, to]];
}
