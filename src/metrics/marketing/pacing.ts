import { add, divide, fraction, multiply, roundHalfEven, type Fraction } from '../../core/fraction.ts';

/** Spend of a month as far as it is known. Amounts in minor units, not rounded. */
export interface MonthSpend {
  /** Minor units; undefined: nobody said what the month may cost. */
  readonly budget: number | undefined;
  readonly spend: Fraction;
  /** Of the last 7 complete ad days, over the edge of the month too. */
  readonly lastDays: Fraction;
  /** How many days these are: fewer where ads have only begun. */
  readonly lastDaysCount: number;
  readonly daysOfMonth: number;
  /** Days of the month up to the newest complete ad day. */
  readonly daysDone: number;
}

/** How spend keeps to its budget. */
export interface Pacing {
  /** Spend ÷ what the days done may have cost; undefined without a budget or a day. */
  readonly pace: Fraction | undefined;
  /** What the month comes to if it goes on like its last days; minor units. */
  readonly forecast: number;
}

/** Pace and forecast (metrics specification, "Pacing"). */
export function pacing({ budget, spend, lastDays, lastDaysCount, daysOfMonth, daysDone }: MonthSpend): Pacing {
  const due = budget === undefined || budget === 0 || daysDone === 0 ? undefined : fraction(budget * daysDone, daysOfMonth);
  const daily = lastDaysCount === 0 ? fraction(0) : divide(lastDays, fraction(lastDaysCount));
  const forecast = add(spend, multiply(daily, fraction(daysOfMonth - daysDone)));
  return { pace: due && divide(spend, due), forecast: roundHalfEven(forecast) };
}
