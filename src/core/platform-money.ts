import { minorDigits } from './iso/currencies.ts';
import { toMinor } from './money.ts';

const WHOLE = /^(-?)(\d+)$/;

/**
 * An amount in a platform's minor unit as an integer in that of ISO 4217 (sources specification, "The engine", money), rounded
 * half-even where digits are lost. Undefined if it is no whole number, or not exact as a number.
 * @param digits that the platform's minor unit has, where they differ from those of ISO 4217
 */
export function fromPlatformMinor(text: string, currency: string, digits = minorDigits(currency)): number | undefined {
  const [, sign, whole] = WHOLE.exec(text) ?? [];
  if (whole === undefined || digits === undefined) return undefined;
  const padded = whole.padStart(digits + 1, '0');
  const point = padded.length - digits;
  return toMinor(`${sign ?? ''}${padded.slice(0, point)}${digits === 0 ? '' : `.${padded.slice(point)}`}`, currency);
}
