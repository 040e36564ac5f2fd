import { logGamma } from './log-gamma.ts';
import { maximise, type Fit } from './maximise.ts';

type GammaGammaName = 'p' | 'q' | 'gamma';

/**
 * The Gamma-Gamma model of what a purchase is worth (Fader & Hardie 2013): gamma(p, ν) around the customer's own mean,
 * where ν is gamma(q, γ) among customers.
 */
export type GammaGammaParameters = Readonly<Record<GammaGammaName, number>>;

/** Customers with the same number of repeat purchases and the same mean amount of them, in major units. */
export interface ValueRow {
  readonly x: number;
  readonly m: number;
  readonly customers: number;
}

/**
 * Fits the model to customers with repeat purchases; the others say nothing of amounts. Undefined if it does not
 * converge, or if its mean is not finite (q ≤ 1), so that it predicts nothing.
 */
export function fitGammaGamma(rows: readonly ValueRow[]): Fit<GammaGammaName> | undefined {
  const repeaters = rows.filter(({ x, m }) => x > 0 && m > 0).toSorted((one, other) => one.x - other.x);
  // What does not depend on the parameters, or only on their product with it, is summed once.
  const logs = repeaters.map(({ x, m, customers }) => ({ x, xm: x * m, log: Math.log(x * m), customers, logM: Math.log(m) }));
  const fit = maximise((parameters) => logLikelihood(parameters, logs), { p: 2, q: 3, gamma: startOf(repeaters) });
  return fit !== undefined && fit.parameters.q > 1 ? fit : undefined;
}

/** The expected amount of a purchase of a customer, in major units (equation 5): a mean of the model's and the own one. */
export function expectedAmount({ p, q, gamma }: GammaGammaParameters, { x, m }: Pick<ValueRow, 'x' | 'm'>): number {
  return (p * (gamma + m * x)) / (p * x + q - 1);
}

/** @param rows ordered by x: what depends on x alone is worked out once */
function logLikelihood({ p, q, gamma }: GammaGammaParameters, rows: readonly Readonly<Record<'x' | 'xm' | 'log' | 'logM' | 'customers', number>>[]): number {
  let [sum, x, constant] = [0, -1, 0];
  for (const row of rows) {
    if (row.x !== x) {
      x = row.x;
      constant = logGamma(p * x + q) - logGamma(p * x) - logGamma(q) + q * Math.log(gamma);
    }
    sum += row.customers * (constant + p * x * row.log - row.logM - (p * x + q) * Math.log(gamma + row.xm));
  }
  return sum;
}

/** With p 2 and q 3 the model's mean is γ. */
function startOf(rows: readonly ValueRow[]): number {
  const customers = rows.reduce((sum, row) => sum + row.customers, 0);
  return customers === 0 ? 1 : rows.reduce((sum, row) => sum + row.customers * row.m, 0) / customers;
}
