import { expect, test } from '@jest/globals';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import type { CustomerLife } from '../../../src/metrics/models/customer-life.ts';
import { fitModels, ModelInputs } from '../../../src/metrics/models/fit-models.ts';
import { spellsOf } from '../prediction/simulated.ts';

const day = '2025-12-31' as LocalDate;
const lives = (months: number | null, customers = 400): CustomerLife[] =>
  spellsOf(customers, { alpha: 0.8, beta: 4, months: 1, first: '2023-01-15' as LocalDate, asOf: day }).map((spell) => ({
    personId: spell.customer,
    contracts: [{ ...spell, currency: 'EUR', renewalMonths: months, mrr: 1_000 }],
    purchases: [],
  }));
const fit = (...people: readonly CustomerLife[]) => {
  const inputs = new ModelInputs();
  for (const life of people) inputs.add(life);
  return fitModels('alpina', day, inputs);
};

test('a brand without customers has no model', () => {
  expect(fit()).toEqual([]);
});

test('a model states what it was fitted to, and is named by what it says', () => {
  const [model] = fit(...lives(1));
  expect(model).toMatchObject({ brand: 'alpina', model: 'sbg', segment: '1', currency: '*', as_of: day, observed_from: '2023-01-15', customers: 400, refused: null });
  const { alpha } = JSON.parse(String(model?.parameters)) as { alpha: number };
  expect(alpha).toBe(Number(alpha.toPrecision(8)));
  expect(fit(...lives(1).reverse())).toEqual([model]);
  expect(fit(...lives(1).slice(1))[0]?.model_id).not.toBe(model?.model_id);
});

test('contracts of another period, or of an unknown one, are counted as those of no model', () => {
  expect(fit(...lives(24, 7), ...lives(null, 5)).map(({ segment, refused, customers, parameters }) => [segment, refused, customers, parameters])).toEqual([['other', 'other_period', 12, null]]);
});

test('buyers are modelled by currency, their amounts beside them', () => {
  const buyer = (personId: string, currency: string): CustomerLife => ({ personId, contracts: [], purchases: [{ customer: personId, currency, purchases: [{ day: addDays(day, -30), amount: 100 }] }] });
  expect(fit(buyer('a', 'EUR'), buyer('b', 'JPY')).map(({ model, currency, customers, refused }) => [model, currency, customers, refused])).toEqual([
    ['bgnbd', 'EUR', 1, 'too_few_customers'], ['gamma_gamma', 'EUR', 0, 'too_few_customers'],
    ['bgnbd', 'JPY', 1, 'too_few_customers'], ['gamma_gamma', 'JPY', 0, 'too_few_customers'],
  ]);
});
