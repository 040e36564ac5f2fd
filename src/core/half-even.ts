/**
 * `amount × part ÷ whole`, exact, then rounded once to a whole number, half to the even one: 62.5 is 62, 187.5 is 188.
 * A part of nothing (`whole` 0) is 0. All of them are whole numbers; `whole` may be negative.
 */
export function halfEvenShare(amount: number, part: number, whole: number): number {
  if (whole === 0 || amount === 0 || part === 0) return 0;
  const product = amount * part;
  const exact = Number.isSafeInteger(product) && Number.isSafeInteger(2 * whole) ? ofNumbers(Math.abs(product), Math.abs(whole)) : ofBigInts(magnitude(amount) * magnitude(part), magnitude(whole));
  const isNegative = amount < 0 !== part < 0 !== whole < 0;
  return isNegative && exact !== 0 ? -exact : exact;
}

function ofNumbers(product: number, whole: number): number {
  const rest = product % whole;
  const below = (product - rest) / whole;
  return below + (2 * rest > whole || (2 * rest === whole && below % 2 === 1) ? 1 : 0);
}

function ofBigInts(product: bigint, whole: bigint): number {
  const rest = product % whole;
  const below = product / whole;
  return Number(below + (2n * rest > whole || (2n * rest === whole && below % 2n === 1n) ? 1n : 0n));
}

function magnitude(value: number): bigint {
  return BigInt(Math.abs(value));
}
