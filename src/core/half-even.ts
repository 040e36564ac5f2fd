import { fraction, roundHalfEven } from './fraction.ts';

/**
 * `amount × part ÷ whole`, exact, then rounded once to a whole number, half to the even one: 62.5 is 62, 187.5 is 188.
 * A part of nothing (`whole` 0) is 0. All of them are whole numbers; `whole` may be negative.
 */
export function halfEvenShare(amount: number, part: number, whole: number): number {
  if (whole === 0) return 0;
  const product = amount * part;
  if (!Number.isSafeInteger(product) || !Number.isSafeInteger(2 * whole)) return roundHalfEven(fraction(BigInt(amount) * BigInt(part), BigInt(whole)));
  const share = shareOf(Math.abs(product), Math.abs(whole));
  return share !== 0 && product < 0 !== whole < 0 ? -share : share;
}

/** A number that is no exact amount, as of a model or a mean, rounded to a whole one: halves to the even neighbour. */
export function halfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (up ? below + 1 : below) + 0;
}

/** Of whole numbers not below 0, whose doubles are exact too. */
function shareOf(product: number, whole: number): number {
  const rest = product % whole;
  const below = (product - rest) / whole;
  return below + (2 * rest > whole || (2 * rest === whole && below % 2 === 1) ? 1 : 0);
}
