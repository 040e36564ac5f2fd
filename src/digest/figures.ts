import { fraction, multiply, roundHalfEven, sumOfFractions } from '../core/fraction.ts';
import { minorDigits } from '../core/iso/currencies.ts';
import type { Figure, FigureKind } from './digest.ts';

/** The weeks a figure is compared with: the one before, and the mean of these many. */
export const COMPARED_WEEKS = 4;
/** Below so many things, or so many major units, a percentage says nothing. */
const LEAST_COUNT = 10;
const LEAST_MAJOR = 100;

/** A value, or why there is none. */
export interface Known {
  readonly value: number | null;
  readonly reason?: string;
}

/** Which figure. */
export interface FigureName {
  readonly name: string;
  readonly label: string;
  readonly kind: FigureKind;
  /** Of money. */
  readonly currency?: string;
}

/** A figure of a week beside those of the weeks before, the nearest first. */
export function figureOf({ name, label, kind, currency }: FigureName, now: Known, before: readonly Known[]): Figure {
  const [nearest = null] = before.map(({ value }) => value);
  const meanOfFour = meanOf(before.slice(0, COMPARED_WEEKS), kind);
  const least = leastBase(kind, currency);
  return {
    ...{ name, label, kind, value: now.value, reason: now.value === null ? (now.reason ?? null) : null },
    ...{ before: nearest, meanOfFour, change: changeOf(now.value, nearest, least), changeOfMean: changeOf(now.value, meanOfFour, least) },
  };
}

/** A ratio of sums, null without a base. */
export function ratio(part: number | null, base: number | null, reason: string): Known {
  return part === null || base === null || base === 0 ? { value: null, reason } : { value: part / base };
}

function meanOf(weeks: readonly Known[], kind: FigureKind): number | null {
  const values = weeks.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length < COMPARED_WEEKS) return null;
  if (kind === 'ratio') return values.reduce((sum, value) => sum + value, 0) / values.length;
  return roundHalfEven(multiply(sumOfFractions(values.map((value) => fraction(value))), fraction(1, values.length)));
}

function changeOf(now: number | null, before: number | null, least: number): number | null {
  if (now === null || before === null || before === 0 || Math.abs(before) < least) return null;
  return (now - before) / Math.abs(before);
}

function leastBase(kind: FigureKind, currency: string | undefined): number {
  if (kind === 'ratio') return 0;
  return kind === 'count' ? LEAST_COUNT : LEAST_MAJOR * 10 ** (minorDigits(currency ?? '') ?? 2);
}
