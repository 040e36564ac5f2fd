/** Why a model gives no figure. */
export type RefusalReason =
  | 'other_period'
  | 'too_few_customers'
  | 'too_few_losses'
  | 'too_few_repeaters'
  | 'too_short'
  | 'no_convergence'
  | 'holdout_thin'
  | 'holdout_error'
  | 'value_depends_on_frequency';

/** What the model predicted for the time that was held out, and what came: survivors or repeat purchases. */
export interface Holdout {
  readonly predicted: number;
  readonly actual: number;
}

const LEAST_OF_CONTRACTS = { customers: 100, lost: 30, renewals: 6 };
const LEAST_OF_BUYERS = { customers: 200, repeaters: 100, weeks: 26 };
const LEAST_ACTUAL = 30;
const MOST_ERROR = 0.25;
const MOST_CORRELATION = 0.3;

/** Whether there is too little to fit sBG to; renewals are the most that a customer may have had. */
export function refusalOfContracts({ customers, lost, renewals }: Readonly<Record<'customers' | 'lost' | 'renewals', number>>): RefusalReason | undefined {
  if (customers < LEAST_OF_CONTRACTS.customers) return 'too_few_customers';
  if (lost < LEAST_OF_CONTRACTS.lost) return 'too_few_losses';
  return renewals < LEAST_OF_CONTRACTS.renewals ? 'too_short' : undefined;
}

/** Whether there is too little to fit BG/NBD to; weeks are those of the customer who is observed longest. */
export function refusalOfBuyers({ customers, repeaters, weeks }: Readonly<Record<'customers' | 'repeaters' | 'weeks', number>>): RefusalReason | undefined {
  if (customers < LEAST_OF_BUYERS.customers) return 'too_few_customers';
  if (repeaters < LEAST_OF_BUYERS.repeaters) return 'too_few_repeaters';
  return weeks < LEAST_OF_BUYERS.weeks ? 'too_short' : undefined;
}

/** Whether the time held out says that the model must not be believed. */
export function refusalOfHoldout(holdout: Holdout): RefusalReason | undefined {
  if (holdout.actual < LEAST_ACTUAL) return 'holdout_thin';
  return holdoutError(holdout) > MOST_ERROR ? 'holdout_error' : undefined;
}

/** Whether amounts depend on how often a customer buys, which Gamma-Gamma takes for independent. */
export function refusalOfValue(correlation: number): RefusalReason | undefined {
  return Math.abs(correlation) > MOST_CORRELATION ? 'value_depends_on_frequency' : undefined;
}

/** The error of the prediction as a share of what came. */
export function holdoutError({ predicted, actual }: Holdout): number {
  return Math.abs(predicted - actual) / actual;
}
