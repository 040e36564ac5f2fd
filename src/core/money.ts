import { minorDigits } from './iso/currencies.ts';
import { groupDigits } from './text/text.ts';

/** The most that a number holds exactly; amounts beyond it are refused, never rounded. */
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** A number of so many digits is exact. */
const MAX_PLAIN_DIGITS = 15;

/**
 * A canonical decimal in major units as an integer in the currency's minor unit, rounded half-even: `26.81` EUR is
 * 2681, `2.5` JPY is 2. Undefined if it is no decimal, not exact as a number (beyond 2^53 − 1), or if ISO 4217 gives the
 * currency no minor unit.
 */
export function toMinor(decimal: string, currency: string): number | undefined {
  const digits = minorDigits(currency);
  return digits === undefined ? undefined : (plain(decimal, digits) ?? exactly(decimal, digits));
}

/** The usual amount, read digit by digit: whole, of few digits, nothing to round. Undefined for any other text. */
function plain(decimal: string, digits: number): number | undefined {
  const negative = decimal.charCodeAt(0) === MINUS;
  const first = negative ? 1 : 0;
  let amount = 0;
  let at = first;
  for (; at < decimal.length; at++) {
    const digit = decimal.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    amount = amount * 10 + digit;
  }
  if (at === first || at - first + digits > MAX_PLAIN_DIGITS) return undefined;
  let places = 0;
  if (at < decimal.length) {
    if (decimal.charCodeAt(at) !== POINT || at === decimal.length - 1) return undefined;
    for (at++; at < decimal.length; at++) {
      const digit = decimal.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) return undefined;
      if (places < digits) {
        amount = amount * 10 + digit;
        places++;
      } else if (digit !== 0) return undefined;
    }
  }
  for (; places < digits; places++) amount *= 10;
  return negative && amount !== 0 ? -amount : amount;
}

function exactly(decimal: string, digits: number): number | undefined {
  const match = DECIMAL.exec(decimal);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  const rest = fraction.slice(digits);
  const half = `5${'0'.repeat(Math.max(0, rest.length - 1))}`;
  const up = rest > half || (rest === half && kept % 2n === 1n);
  const amount = up ? kept + 1n : kept;
  if (amount > MAX_EXACT) return undefined;
  return sign === '-' && amount !== 0n ? -Number(amount) : Number(amount);
}

/** An amount in minor units as people read it: `-1,234.50 EUR`, `500 JPY`. */
export function formatMinor(amount: number, currency: string): string {
  const { sign, whole, fraction } = majorOf(amount, currency);
  return `${sign}${groupDigits(whole)}${fraction} ${currency}`;
}

/** An amount in minor units as an exact decimal in major units, the way of toMinor back: `-1234.50`, `500` JPY. */
export function toMajor(amount: number, currency: string): string {
  const { sign, whole, fraction } = majorOf(amount, currency);
  return `${sign}${whole}${fraction}`;
}

/** A currency without a minor unit has no amounts but the 0 of an account that names none. */
function majorOf(amount: number, currency: string): { readonly sign: string; readonly whole: string; readonly fraction: string } {
  const digits = minorDigits(currency) ?? 0;
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  return { sign: amount < 0 ? '-' : '', whole: text.slice(0, text.length - digits), fraction: digits === 0 ? '' : `.${text.slice(-digits)}` };
}
