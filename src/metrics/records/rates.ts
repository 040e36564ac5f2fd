import { billionths } from '../../core/decimal.ts';
import { divide, fraction, multiply, type Fraction } from '../../core/fraction.ts';
import { minorDigits } from '../../core/iso/currencies.ts';

/** What one unit of the base is in each currency, in major units: `{ base: 'EUR', rates: { CHF: '0.94' } }`. */
export interface Rates {
  readonly base: string;
  readonly rates: Readonly<Record<string, string>>;
  /** True: the other way round, what one unit of each currency is in the base. */
  readonly inBase?: boolean;
}

const ONE_BILLION = 1_000_000_000n;
const ONE = fraction(1);

/** A canonical decimal as an exact fraction. */
export function fractionOf(decimal: string): Fraction {
  return fraction(billionths(decimal), ONE_BILLION);
}

/** How many units of one currency a unit of another is; undefined without a rate: never taken 1 : 1. */
export function rateBetween(rates: Rates | undefined, from: string, to: string): Fraction | undefined {
  if (from === to) return ONE;
  const [dividend, divisor] = [rateOf(rates, to), rateOf(rates, from)];
  return dividend === undefined || divisor === undefined ? undefined : divide(dividend, divisor);
}

/** An amount in major units of a currency as minor units, not rounded yet; undefined if the currency has none. */
export function minorOf(amount: Fraction, currency: string): Fraction | undefined {
  const digits = minorDigits(currency);
  return digits === undefined ? undefined : multiply(amount, fraction(10n ** BigInt(digits)));
}

/** Micros of a currency in major units. */
export function majorOfMicros(micros: number): Fraction {
  return fraction(micros, 1_000_000);
}

function rateOf(rates: Rates | undefined, currency: string): Fraction | undefined {
  if (rates === undefined) return undefined;
  if (rates.base === currency) return ONE;
  const rate = Object.hasOwn(rates.rates, currency) ? rates.rates[currency] : undefined;
  if (rate === undefined) return undefined;
  return rates.inBase === true ? divide(ONE, fractionOf(rate)) : fractionOf(rate);
}
