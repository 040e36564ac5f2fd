import { formatMinor } from '../../core/money.ts';

/** An amount in minor units as typography writes it, without its currency, which stands above: `−1,234.50`. */
export function plainAmount(minor: number, currency: string): string {
  return formatMinor(minor, currency).replace(` ${currency}`, '').replace('-', '−');
}

/** The same with its sign: `+1,234.50`. */
export function signedAmount(minor: number, currency: string): string {
  return `${minor > 0 ? '+' : ''}${plainAmount(minor, currency)}`;
}
