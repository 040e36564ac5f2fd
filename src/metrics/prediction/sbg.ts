import { logBeta } from './log-gamma.ts';
import { maximise, type Fit } from './maximise.ts';

/** The shifted beta-geometric model: each period a customer is lost with a chance that is beta(α, β) among customers. */
export type SbgParameters = Readonly<Record<'alpha' | 'beta', number>>;

/** Customers with the same history: lost in that period (from 1), or still there after so many completed ones. */
export interface SpellRow {
  readonly lost: boolean;
  readonly periods: number;
  readonly customers: number;
}

/** The share of customers that is still there after so many periods (Fader & Hardie 2007, equation 6). */
export function survival({ alpha, beta }: SbgParameters, periods: number): number {
  return Math.exp(logSurvival(alpha, beta, periods));
}

/** Fits the model to grouped spells, those that have not ended censored at their age; undefined if it does not converge. */
export function fitSbg(rows: readonly SpellRow[]): Fit<'alpha' | 'beta'> | undefined {
  return maximise(({ alpha, beta }) => rows.reduce((sum, row) => sum + row.customers * logChance(alpha, beta, row), 0), { alpha: 1, beta: 1 });
}

/** Lost in period t: B(α + 1, β + t − 1) ÷ B(α, β) (equation 5). */
function logChance(alpha: number, beta: number, { lost, periods }: SpellRow): number {
  return lost ? logBeta(alpha + 1, beta + periods - 1) - logBeta(alpha, beta) : logSurvival(alpha, beta, periods);
}

function logSurvival(alpha: number, beta: number, periods: number): number {
  return periods === 0 ? 0 : logBeta(alpha, beta + periods) - logBeta(alpha, beta);
}
