import { minorDigits } from '../../../core/iso/currencies.ts';
import { formatMinor } from '../../../core/money.ts';
import { formatCount } from '../../../core/text/counts.ts';
import { halfEvenShare } from '../../../core/half-even.ts';

/** An amount in minor units as people read it in a column of its currency: `−1,234.50`. */
export function amountText(amount: number, currency: string): string {
  return formatMinor(amount, currency).replace(` ${currency}`, '').replace('-', '−');
}

/** An amount in minor units in short, for an axis: `1.2M`, `340k`, `95`. */
export function shortAmount(amount: number, currency: string): string {
  return shortCount(amount / 10 ** (minorDigits(currency) ?? 0));
}

/** A number in short, for an axis. */
export function shortCount(count: number): string {
  const [divisor, unit] = Math.abs(count) >= 1_000_000 ? [1_000_000, 'M'] : Math.abs(count) >= 1_000 ? [1_000, 'k'] : [1, ''];
  return `${formatCount(Number((count / divisor).toFixed(2))).replace('-', '−')}${unit}`;
}

/** Micros of a currency in its minor units, half-even, once. */
export function minorOfMicros(micros: number, currency: string): number {
  return halfEvenShare(micros, 10 ** (minorDigits(currency) ?? 0), 1_000_000);
}

/** A share of 1 in percent, with one decimal. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(1).replace('-', '−')} %`;
}

/** An amount divided among so many, half-even; null where there is nobody. */
export function perHead(amount: number, heads: number): number | null {
  return heads === 0 ? null : halfEvenShare(amount, 1, heads);
}

/** A ratio, null without a base. */
export function ratioOf(part: number, base: number): number | null {
  return base === 0 ? null : part / base;
}

/** The sum of what is known; null if nothing is: an unknown is never 0. */
export function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
