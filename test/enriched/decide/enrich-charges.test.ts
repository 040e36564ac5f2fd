import { expect, test } from '@jest/globals';

import { chargeRecord, judgeCharges, type JudgedCharge } from '../../../src/enriched/decide/enrich-charges.ts';
import type { CatalogFact, Fact } from '../../../src/enriched/facts/facts.ts';
import { Money } from '../../../src/enriched/facts/money-reader.ts';
import { accountFacts, catalogRowOf, indexed, rowOf, setupOf } from './person.ts';

type Charge = Partial<Fact<'rate_plan_charge'>>;

function judged(charges: readonly Charge[], ...catalog: readonly CatalogFact[]): JudgedCharge[] {
  const facts = accountFacts({
    rate_plan: [rowOf('rate_plan', { source_id: 'rp1', subscription_id: 's1', product_id: 'tea', name: 'FE | Tea' })],
    rate_plan_charge: charges.map((charge, i) => rowOf('rate_plan_charge', { source_id: `c${i}`, rate_plan_id: 'rp1', ...charge })),
  });
  return [...judgeCharges(setupOf(...catalog), indexed(facts), new Money()).values()];
}
const monthly = { name: 'Tea monthly', charge_type: 'Recurring', charge_model: 'Flat Fee Pricing', billing_period: 'Month' };

test('what a charge does not say itself, its charge of the catalog does', () => {
  const [charge] = judged([{ product_rate_plan_charge_id: 'k1', price: '9.9' }], catalogRowOf({ source_id: 'k1', charge_type: 'Recurring', charge_model: 'Flat Fee Pricing', billing_period: 'Month' }));
  expect(charge).toMatchObject({ chargeType: 'Recurring', billingPeriod: 'Month', subscriptionId: 's1', price: { amount: 990 }, category: { value: 'subscription' } });
});

test('a first period at a fifth of what follows is a trial, one at more is not', () => {
  const month = { effective_start_date: '2026-01-01', effective_end_date: '2026-02-01' };
  const categories = (price: string): unknown[] => judged([{ ...monthly, ...month, price }, { ...monthly, effective_start_date: '2026-02-01', price: '10' }]).map(({ category }) => category.value);
  expect([categories('2'), categories('2.01')]).toEqual([['trial', 'subscription'], ['subscription', 'subscription']]);
});

test('the price of a discount is the percentage or the amount that it takes off', () => {
  const [percentage, fixed] = judged([{ charge_model: 'Discount-Percentage', price: '12.5' }, { charge_model: 'Discount-Fixed Amount', price: '3' }]);
  expect(percentage).toMatchObject({ price: { amount: null, discountPercentage: '12.5', discountAmount: null }, category: { value: 'discount' } });
  expect(fixed).toMatchObject({ price: { amount: null, discountPercentage: null, discountAmount: 300 }, category: { value: 'discount' } });
});

test('the record of a charge has the step of its plan and its place in the chain', () => {
  const [charge] = judged([{ ...monthly, price: '9.9' }]);
  expect(chargeRecord(setupOf(), charge as JudgedCharge, null, { chainId: 's1', isCurrent: true })).toMatchObject({
    source_id: 'c0', plan_name: 'FE | Tea', product_id: 'tea', price: 990, currency: 'EUR', category: 'subscription', funnel_step: 'frontend', chain_id: 's1', is_current: true,
  });
});
