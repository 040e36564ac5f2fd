import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { modelBuyers } from '../../../src/metrics/prediction/buyer-model.ts';
import { historiesOf } from './simulated.ts';

const asOf = '2025-12-31' as LocalDate;
const truth = { r: 0.6, alpha: 6, a: 0.8, b: 2.5, p: 5, q: 4, gamma: 12 };
const at = { asOf, minorUnits: 100 };

test('the parameters of simulated buyers are found again', () => {
  const { purchases, value } = modelBuyers(historiesOf(4_000, truth, { asOf, weeks: 104 }), at);
  if (purchases.refused !== null || value.refused !== null) throw new Error(`refused: ${String(purchases.refused ?? value.refused)}`);
  // Repeats on one day are one, so that rates come out a little lower.
  for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(Math.abs(purchases.fit.parameters[name] / truth[name] - 1)).toBeLessThan(0.3);
  const { p, q, gamma } = value.fit.parameters;
  expect((p * gamma) / (q - 1)).toBeCloseTo((truth.p * truth.gamma) / (truth.q - 1), -1);
  expect(purchases.error).toBeLessThan(0.1);
}, 60_000);

test('the order of customers and what they buy after the day do not change a bit of the result', () => {
  const histories = historiesOf(400, truth, { asOf, weeks: 60 });
  const later = [...histories].reverse().map((history) => ({ ...history, purchases: [...history.purchases, { day: '2026-01-05' as LocalDate, amount: 1 }] }));
  expect(modelBuyers(later, at)).toEqual(modelBuyers(histories, at));
}, 60_000);

test.each([
  ['too_few_customers', historiesOf(199, truth, { asOf, weeks: 60 })],
  ['too_few_repeaters', historiesOf(250, { ...truth, alpha: 600 }, { asOf, weeks: 60 })],
  ['too_short', historiesOf(600, { ...truth, alpha: 2 }, { asOf, weeks: 25 })],
] as const)('is refused: %s', (reason, histories) => {
  expect(modelBuyers(histories, at)).toMatchObject({ purchases: { refused: reason, holdout: null }, value: { refused: reason } });
});

test('values are refused alone where they depend on how often a customer buys', () => {
  const histories = historiesOf(400, truth, { asOf, weeks: 60 }).map(({ customer, purchases }) => ({
    customer,
    purchases: purchases.map(({ day }) => ({ day, amount: 1_000 * purchases.length })),
  }));
  const { purchases, value } = modelBuyers(histories, at);
  expect(purchases.refused).toBeNull();
  expect(value).toEqual({ refused: 'value_depends_on_frequency', customers: histories.filter(({ purchases: { length } }) => length > 1).length });
}, 60_000);
