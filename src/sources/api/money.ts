import { minorDigits } from '../../core/iso/currencies.ts';

/** How a platform writes an amount: in major units, in millionths of them, or in its own minor units. */
export type MoneyUnit = 'decimal' | 'micros' | 'minor';

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const MICRO_DIGITS = 6;

/**
 * An amount as a platform writes it, as an integer of the currency's minor unit by ISO 4217, or of millionths of its major
 * unit, rounded half-even. Undefined if it is no amount, has parts of a minor unit or of a millionth that it must not have,
 * or a currency without a minor unit.
 * @param text the digits as received, of a string or a number of JSON
 * @param currency in any case
 * @param platformDigits of the platform's own minor unit, where they are not those of ISO 4217
 */
export function sourceMoney(text: string, unit: MoneyUnit, currency: string, to: 'minor' | 'micros', platformDigits?: number): bigint | undefined {
  const digits = minorDigits(currency.toUpperCase());
  const match = AMOUNT.exec(text);
  if (match === null || digits === undefined) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - fraction.length;
  if (unit !== 'decimal' && shift < 0 && !/^0*$/.test(fraction)) return undefined;
  const from = unit === 'decimal' ? 0 : unit === 'micros' ? MICRO_DIGITS : (platformDigits ?? digits);
  const amount = scaled(BigInt(whole + fraction), shift - from + (to === 'minor' ? digits : MICRO_DIGITS));
  return sign === '-' ? -amount : amount;
}

/** Times a power of ten, rounded half-even. */
function scaled(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  const [quotient, rest] = [value / divisor, value % divisor];
  const up = rest * 2n > divisor || (rest * 2n === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
