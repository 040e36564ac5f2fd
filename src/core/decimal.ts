const PLAIN = /^-?(?:0|[1-9]\d{0,18})(?:\.\d{1,9})?$/;
const LENIENT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/;
/** The same with the exponents that a double has. */
const FLOAT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const MAX_INTEGER_DIGITS = 19;
const MAX_PLACES = 9;

/**
 * Parses an exact decimal to canonical text: no plus sign, no leading or trailing zeros, no exponent, no `-0`.
 * `49.90` → `49.9`. Undefined if it is no number, or has more than 19 digits before or 9 places after the point:
 * nothing is ever rounded here.
 */
export function parseDecimal(text: string): string | undefined {
  if (PLAIN.test(text)) return text.includes('.') || text === '-0' ? trimZeros(text) : text;
  const match = LENIENT.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  return shiftPoint(sign === '-' ? '-' : '', whole, fraction, Number(exponent));
}

/**
 * A floating number as a canonical decimal, rounded half-even to 9 places; undefined as for `parseDecimal`.
 * `12.340000000000002` → `12.34`.
 */
export function roundedDecimal(text: string): string | undefined {
  const exact = parseDecimal(text);
  if (exact !== undefined) return exact;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = FLOAT.exec(text) ?? [];
  const surplus = fraction.length - Number(exponent) - MAX_PLACES;
  if (whole + fraction === '' || surplus <= 0) return undefined;
  const [value, divisor] = [BigInt(whole + fraction), 10n ** BigInt(surplus)];
  const [below, rest] = [value / divisor, (value % divisor) * 2n];
  const up = rest > divisor || (rest === divisor && below % 2n === 1n);
  return parseDecimal(`${sign}${below + (up ? 1n : 0n)}e-${MAX_PLACES}`);
}

function shiftPoint(sign: string, whole: string, fraction: string, exponent: number): string | undefined {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const integerPart = (point > 0 ? digits.slice(0, point).padEnd(point, '0') : '').replace(/^0+/, '') || '0';
  const places = (point >= 0 ? digits.slice(point) : digits.padStart(digits.length - point, '0')).replace(/0+$/, '');
  if (integerPart.length > MAX_INTEGER_DIGITS || places.length > MAX_PLACES) return undefined;
  return trimZeros(sign + integerPart + (places === '' ? '' : `.${places}`));
}

function trimZeros(text: string): string {
  let end = text.length;
  if (text.includes('.')) {
    while (text.charCodeAt(end - 1) === 48) end--;
    if (text.charCodeAt(end - 1) === 46) end--;
  }
  const trimmed = text.slice(0, end);
  return trimmed === '-0' ? '0' : trimmed;
}

/** One spelling of a value, as it comes from a decision or a driver: what checksums and stored rows are made of. */
export function oneSpelling(value: string | number | boolean | null | undefined, isDecimal: boolean): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = String(value);
  return isDecimal ? (parseDecimal(text) ?? text) : text;
}

/** A canonical decimal as a whole number of billionths: sums and products of these are exact. `0.5` → 500000000n. */
export function billionths(decimal: string): bigint {
  const [whole = '', places = ''] = decimal.split('.');
  return BigInt(whole + places.padEnd(MAX_PLACES, '0'));
}
