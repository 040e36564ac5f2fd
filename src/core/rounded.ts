import { fraction, multiply, roundHalfEven, type Fraction } from './fraction.ts';

/** A fraction as a decimal with so many places, rounded half-even: `50.0`, `-0.7`. */
export function rounded(value: Fraction, places: number): string {
  const scaled = roundHalfEven(multiply(value, fraction(10n ** BigInt(places))));
  const digits = String(Math.abs(scaled)).padStart(places + 1, '0');
  const sign = scaled < 0 ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
