import { halfEven } from '../../core/half-even.ts';
import { survival, type SbgParameters } from './sbg.ts';

/** A contract whose value is predicted. */
interface Contract {
  /** Minor units a month. */
  readonly mrr: number;
  /** Months of a renewal period. */
  readonly months: number;
  /** Completed periods; null for a customer who begins now. */
  readonly age: number | null;
}

/** How far and how the future is counted. */
interface Horizon {
  readonly months: number;
  /** What a year takes off a value, 0.1 for 10 %. */
  readonly discountPerYear: number;
}

/**
 * The predicted value of a contract over a horizon, in minor units: MRR × months of a period × Σ S(t) ÷ (1 + d)^t over the
 * periods that begin within it, from t = 0 for a new customer, or S(n + t) ÷ S(n) from t = 1 for one of age n (metrics.md,
 * "Predicted LTV").
 */
export function contractValue(parameters: SbgParameters, { mrr, months, age }: Contract, horizon: Horizon): number {
  const periods = expectedPeriods(parameters, age, Math.floor(horizon.months / months), (1 + horizon.discountPerYear) ** (months / 12) - 1);
  return halfEven(mrr * months * periods);
}

/** How many of the next periods a customer is expected to pay, each counted less by the discount of a period. */
export function expectedPeriods(parameters: SbgParameters, age: number | null, periods: number, discount: number): number {
  const [first, base] = age === null ? [0, 1] : [1, survival(parameters, age)];
  let sum = 0;
  for (let t = first; t < first + periods; t++) sum += survival(parameters, (age ?? 0) + t) / base / (1 + discount) ** t;
  return sum;
}
