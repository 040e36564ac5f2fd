import { hypergeometric } from './hypergeometric.ts';
import { logBeta, logGamma } from './log-gamma.ts';
import { maximise, type Fit } from './maximise.ts';

type BgNbdName = 'r' | 'alpha' | 'a' | 'b';

/**
 * The BG/NBD model (Fader, Hardie & Lee 2005): purchases come at a rate that is gamma(r, α) among customers; after each
 * one a customer drops out with a chance that is beta(a, b).
 */
export type BgNbdParameters = Readonly<Record<BgNbdName, number>>;

/** What is known of a customer: repeat purchases, weeks from the first purchase to the last, and to the end. */
export interface Recency {
  readonly x: number;
  readonly tx: number;
  readonly T: number;
}

/** Customers with the same history. */
export interface RecencyRow extends Recency {
  readonly customers: number;
}

/** Fits the model; undefined if it does not converge. */
export function fitBgNbd(rows: readonly RecencyRow[]): Fit<BgNbdName> | undefined {
  const ordered = rows.toSorted((one, other) => one.x - other.x);
  return maximise((parameters) => logLikelihood(parameters, ordered), { r: 0.5, alpha: 5, a: 0.5, b: 2 });
}

/** @param rows ordered by x: what depends on x alone is worked out once */
function logLikelihood({ r, alpha, a, b }: BgNbdParameters, rows: readonly RecencyRow[]): number {
  let [sum, x, purchases, stays, leaves] = [0, -1, 0, 0, 0];
  for (const row of rows) {
    if (row.x !== x) {
      x = row.x;
      purchases = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
      stays = logBeta(a, b + x) - logBeta(a, b);
      leaves = x === 0 ? -Infinity : logBeta(a + 1, b + x - 1) - logBeta(a, b);
    }
    const there = stays - (r + x) * Math.log(alpha + row.T);
    sum += row.customers * (purchases + (x === 0 ? there : logSum(there, leaves - (r + x) * Math.log(alpha + row.tx))));
  }
  return sum;
}

/** ln(e^a + e^b) */
function logSum(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** The chance that a customer has not dropped out (Fader, Hardie & Lee 2008, note on P(alive)). */
export function chanceAlive({ r, alpha, a, b }: BgNbdParameters, { x, tx, T }: Recency): number {
  return x === 0 ? 1 : 1 / (1 + (a / (b + x - 1)) * ((alpha + T) / (alpha + tx)) ** (r + x));
}

/** How many purchases a customer is expected to make in the weeks to come (equation 10). */
export function expectedPurchases(parameters: BgNbdParameters, customer: Recency, weeks: number): number {
  const { r, alpha, b } = parameters;
  const { x, T } = customer;
  // At a = 1 the equation is 0 ÷ 0, and beside it as good as its limit.
  const a = Math.abs(parameters.a - 1) < 1e-6 ? 1 + 1e-6 : parameters.a;
  const series = hypergeometric(r + x, b + x, a + b + x - 1, weeks / (alpha + T + weeks));
  const ifAlive = ((a + b + x - 1) / (a - 1)) * (1 - ((alpha + T) / (alpha + T + weeks)) ** (r + x) * series);
  return ifAlive * chanceAlive({ ...parameters, a }, customer);
}
