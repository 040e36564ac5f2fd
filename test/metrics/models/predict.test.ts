import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { ContractLife, CustomerLife } from '../../../src/metrics/models/customer-life.ts';
import { predict, type BrandModels } from '../../../src/metrics/models/predict.ts';

const day = '2025-12-31' as LocalDate;
const models: BrandModels = {
  brand: 'alpina',
  day,
  contracts: new Map([[3, { modelId: 'm3', parameters: { alpha: 1, beta: 3 } }]]),
  buyers: new Map([['EUR', { modelId: 'mb', parameters: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }, amounts: undefined, observedFrom: '2024-01-01' as LocalDate }]]),
};
const contract: ContractLife = { customer: 'p EUR', currency: 'EUR', from: '2025-06-30' as LocalDate, churned: null, renewalMonths: 3, mrr: 2_000 };
const life = (own: Partial<CustomerLife>): CustomerLife => ({ personId: 'p', contracts: [], purchases: [], ...own });
const bought = (currency: string) => ({ customer: `p ${currency}`, currency, purchases: [{ day: '2025-03-01' as LocalDate, amount: 1_000 }] });

test('a contract that is there is predicted by its age, discounted', () => {
  const [row] = predict(life({ contracts: [contract] }), models, 9);
  expect(row).toMatchObject({ brand: 'alpina', person_id: 'p', model: 'sbg', alive: '1', expected_periods: '2.172619', horizon: 9, model_id: 'm3' });
  const discount = 1.1 ** -0.25;
  expect(row?.expected_value).toBe(Number((6_000 * ((0.5 * discount + (3 / 7) * discount ** 2 + (3 / 8) * discount ** 3) / 0.6)).toFixed(0)));
});

test.each([
  ['who has left', { churned: '2025-11-01' as LocalDate }],
  ['whose period has no model', { renewalMonths: 1 }],
  ['whose period nobody knows', { renewalMonths: null }],
  ['who pays nothing today', { mrr: 0 }],
])('nothing is predicted of a contract %s', (_title, change) => {
  expect(predict(life({ contracts: [{ ...contract, ...change }] }), models, 36)).toEqual([]);
});

test('a buyer whose amounts have no model has purchases to come and no value', () => {
  const [row] = predict(life({ purchases: [bought('EUR')] }), models, 36);
  expect(row).toMatchObject({ model: 'bgnbd', alive: '1.000000', expected_value: null, horizon: 36, model_id: 'mb' });
  expect(Number(row?.expected_purchases)).toBeGreaterThan(0);
  expect(predict(life({ purchases: [bought('CHF')] }), models, 36)).toEqual([]);
});
