import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { chanceAlive, expectedPurchases, fitBgNbd } from '../../../src/metrics/prediction/bg-nbd.ts';
import { expectedPeriods } from '../../../src/metrics/prediction/contract-value.ts';
import { expectedAmount, fitGammaGamma } from '../../../src/metrics/prediction/gamma-gamma.ts';
import { halfEven } from '../../../src/core/half-even.ts';
import { refusalOfBuyers, refusalOfContracts, refusalOfHoldout, refusalOfValue } from '../../../src/metrics/prediction/refusal.ts';
import { fitSbg, survival } from '../../../src/metrics/prediction/sbg.ts';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- vectors are data of several forms */
const { predictions } = JSON.parse(readFileSync(new URL('../../vectors/metrics.json', import.meta.url), 'utf8')) as { predictions: any[] };
const of = (model: string): [string, any][] => predictions.filter((vector) => vector.model === model).map((vector) => [vector.name, vector]);

/** Within a share of the expected value. */
function expectNear(actual: number | undefined, expected: number, share: number): void {
  expect(Math.abs((actual ?? NaN) - expected) / Math.abs(expected)).toBeLessThanOrEqual(share);
}

test('there are eight vectors, each of a kind that is run', () => {
  expect(predictions.map(({ model }) => model).sort()).toEqual(['bgnbd_expected', 'fit', 'gamma_gamma_expected', 'refusal', 'sbg', 'sbg', 'sbg_value', 'sbg_value']);
});

test.each(of('sbg'))('%s', (_name, { survivors, expect: wanted, tolerance, survival_percent: percents }) => {
  const ended = survivors.slice(1).map((left: number, index: number) => ({ lost: true, periods: index + 1, customers: survivors[index] - left }));
  const fit = fitSbg([...ended, { lost: false, periods: survivors.length - 1, customers: survivors.at(-1) }]);
  expect(Math.abs((fit?.parameters.alpha ?? NaN) - wanted.alpha)).toBeLessThanOrEqual(tolerance);
  expect(Math.abs((fit?.parameters.beta ?? NaN) - wanted.beta)).toBeLessThanOrEqual(tolerance);
  for (const [periods, percent] of Object.entries(percents)) {
    const places = String(percent).split('.')[1]?.length ?? 0;
    expect((survival(fit?.parameters ?? { alpha: NaN, beta: NaN }, Number(periods)) * 100).toFixed(places)).toBe(Number(percent).toFixed(places));
  }
});

test.each(of('sbg_value'))('%s', (_name, { parameters, mrr, periods, discount, age, expect: wanted }) => {
  expect(halfEven(mrr * expectedPeriods(parameters, age, periods, discount))).toBe(wanted);
});

test.each(of('bgnbd_expected'))('%s', (_name, { parameters, customer: { x, t_x: tx, T }, weeks, expect: wanted, tolerance }) => {
  expect(Math.abs(expectedPurchases(parameters, { x, tx, T }, weeks) - wanted.purchases)).toBeLessThanOrEqual(tolerance);
  expect(Math.abs(chanceAlive(parameters, { x, tx, T }) - wanted.alive)).toBeLessThanOrEqual(tolerance);
});

test.each(of('gamma_gamma_expected'))('%s', (_name, { parameters, cases, tolerance }) => {
  for (const { x, m, expect: wanted } of cases) expect(Math.abs(expectedAmount(parameters, { x, m }) - wanted)).toBeLessThanOrEqual(tolerance);
});

test.each(of('fit'))('%s', (_name, { rows, expect: wanted }) => {
  const customers = rows.map(([x, tx, T, m, count]: number[]) => ({ x, tx: (tx as number) / 7, T: (T as number) / 7, m: (m as number) / 100, customers: count }));
  const buying = fitBgNbd(customers);
  const amounts = fitGammaGamma(customers);
  for (const name of ['r', 'alpha', 'a', 'b'] as const) expectNear(buying?.parameters[name], wanted.bgnbd[name], 0.005);
  for (const name of ['p', 'q', 'gamma'] as const) expectNear(amounts?.parameters[name], wanted.gamma_gamma[name], 0.005);
  expect(Math.abs((buying?.logLikelihood ?? NaN) - wanted.bgnbd.log_likelihood)).toBeLessThanOrEqual(0.001);
  expect(Math.abs((amounts?.logLikelihood ?? NaN) - wanted.gamma_gamma.log_likelihood)).toBeLessThanOrEqual(0.001);
  const bought = customers.reduce((sum: number, row: any) => sum + row.customers * expectedPurchases(buying?.parameters ?? ({} as never), row, 26), 0);
  expectNear(bought, wanted.bgnbd.repeat_purchases_in_26_weeks, 0.001);
});

interface RefusalCase {
  readonly model: 'sbg' | 'bgnbd' | 'gamma_gamma';
  readonly customers: number;
  readonly lost: number;
  readonly renewals: number;
  readonly repeaters: number;
  readonly weeks: number;
  readonly correlation: number;
  readonly holdout?: { readonly predicted: number; readonly actual: number };
  readonly expect: string | null;
}

describe('refusals', () => {
  const cases = of('refusal').flatMap(([, { cases: own }]) => own as RefusalCase[]);
  test.each(cases.map((one) => ({ title: JSON.stringify(one), one })))('$title', ({ one }) => {
    const enough = { sbg: refusalOfContracts(one), bgnbd: refusalOfBuyers(one), gamma_gamma: refusalOfValue(one.correlation) }[one.model];
    expect(enough ?? (one.holdout === undefined ? null : (refusalOfHoldout(one.holdout) ?? null))).toBe(one.expect);
  });
});
