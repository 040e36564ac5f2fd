import { add, divide, fraction, multiply, roundHalfEven, ZERO, type Fraction } from '../../core/fraction.ts';
import { majorOfMicros, minorOf, rateBetween, type Rates } from '../records/rates.ts';

/** Why there is no figure. */
export type NoCost = 'no_customers' | 'no_spend_data' | 'several_currencies';

/** What a customer cost. Amounts in minor units of the currency; null with its reason where nothing can be said. */
export interface AcquisitionCost {
  readonly currency: string | null;
  readonly spend: number | null;
  readonly cac: number | null;
  readonly reason: NoCost | null;
}

/**
 * CAC = spend ÷ customers acquired in the month (metrics specification, "Marketing, margin, stock"); only the sum of spend is
 * rounded. Spend of 0 is a figure, no rows of spend are none.
 * @param spend micros by currency; empty: no rows
 * @param rates to bring several currencies together; without a rate for each nothing is added up
 */
export function acquisitionCost(spend: ReadonlyMap<string, number>, customers: number, rates?: Rates): AcquisitionCost {
  if (spend.size === 0) return { currency: null, spend: null, cac: null, reason: 'no_spend_data' };
  const total = totalOf(spend, rates);
  if (total === undefined) return { currency: null, spend: null, cac: null, reason: 'several_currencies' };
  const { currency, amount } = total;
  const sum = roundHalfEven(amount);
  if (customers === 0) return { currency, spend: sum, cac: null, reason: 'no_customers' };
  return { currency, spend: sum, cac: roundHalfEven(divide(amount, fraction(customers))), reason: null };
}

/** All spend in minor units of one currency, not rounded: its own if there is one, else the base of the rates. */
function totalOf(spend: ReadonlyMap<string, number>, rates: Rates | undefined): { readonly currency: string; readonly amount: Fraction } | undefined {
  const [only] = spend.keys();
  const currency = spend.size === 1 ? only : rates?.base;
  if (currency === undefined) return undefined;
  let sum = ZERO;
  for (const [own, micros] of spend) {
    const rate = rateBetween(rates, own, currency);
    if (rate === undefined) return undefined;
    sum = add(sum, multiply(majorOfMicros(micros), rate));
  }
  const amount = minorOf(sum, currency);
  return amount && { currency, amount };
}
