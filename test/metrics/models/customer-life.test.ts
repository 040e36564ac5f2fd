import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { customerLife, type LifeMovement, type LifePurchase } from '../../../src/metrics/models/customer-life.ts';

const movement = (date: string, kind: LifeMovement['kind'], amount: number, currency = 'EUR'): LifeMovement => ({ currency, kind, date: date as LocalDate, amount, renewalMonths: kind === 'new' ? 3 : null });
const purchase = (day: string, amount: number, currency = 'EUR'): LifePurchase => ({ currency, day: day as LocalDate, amount });

test('a contract lasts from new to the first churn, whatever comes after it', () => {
  const movements = [movement('2025-09-01', 'churn', -1_000), movement('2025-06-01', 'reactivation', 1_000), movement('2025-04-01', 'churn', -3_000), movement('2025-02-01', 'expansion', 1_000), movement('2025-01-01', 'new', 2_000)];
  expect(customerLife('p', movements, []).contracts).toEqual([{ customer: 'p EUR', currency: 'EUR', from: '2025-01-01', churned: '2025-04-01', renewalMonths: 3, mrr: 0 }]);
});

test('a contract without a churn is worth all movements so far', () => {
  expect(customerLife('p', [movement('2025-01-01', 'new', 2_000), movement('2025-02-01', 'contraction', -500)], []).contracts).toMatchObject([{ churned: null, mrr: 1_500 }]);
});

test('another currency is another life', () => {
  const { contracts, purchases } = customerLife('p', [movement('2025-01-01', 'new', 2_000), movement('2025-03-01', 'new', 900, 'CHF')], [purchase('2025-01-01', 5), purchase('2025-02-01', 7, 'CHF')]);
  expect(contracts.map(({ customer, mrr }) => [customer, mrr])).toEqual([['p EUR', 2_000], ['p CHF', 900]]);
  expect(purchases.map(({ customer, purchases: days }) => [customer, days.length])).toEqual([['p EUR', 1], ['p CHF', 1]]);
});

test('invoices of one day are one purchase, and days are in order', () => {
  const { purchases } = customerLife('p', [], [purchase('2025-02-01', 700), purchase('2025-01-01', 100), purchase('2025-02-01', 50)]);
  expect(purchases[0]?.purchases).toEqual([{ day: '2025-01-01', amount: 100 }, { day: '2025-02-01', amount: 750 }]);
});

test('who has neither has no life', () => {
  expect(customerLife('p', [], [])).toEqual({ personId: 'p', contracts: [], purchases: [] });
});
