import { describe, expect, test } from '@jest/globals';

import { judgeCharges } from '../../../src/enriched/decide/enrich-charges.ts';
import { judgeLine, lineRecord, type JudgedLine } from '../../../src/enriched/decide/enrich-lines.ts';
import type { AccountFacts, CatalogFact, Fact } from '../../../src/enriched/facts/facts.ts';
import { Money } from '../../../src/enriched/facts/money-reader.ts';
import { accountFacts, catalogRowOf, indexed, rowOf, setupOf } from './person.ts';

function judged(line: Partial<Fact<'invoice_item'>>, facts: Partial<AccountFacts> = {}, ...catalog: readonly CatalogFact[]): JudgedLine {
  const setup = setupOf(...catalog);
  const index = indexed(accountFacts({ invoice_item: [rowOf('invoice_item', { source_id: 'l1', invoice_id: 'i1', ...line })], ...facts }));
  const [held] = index.lines.all;
  if (held === undefined) throw new Error('no line');
  return judgeLine(setup, index, judgeCharges(setup, index, new Money()), held, new Money());
}
const chargeOf = (name: string): Partial<AccountFacts> => ({ rate_plan_charge: [rowOf('rate_plan_charge', { source_id: 'c1', name, charge_type: 'Recurring', charge_model: 'Flat Fee Pricing', price: '10' })] });

test('a line is in the currency of its invoice, else of its account', () => {
  const amountIn = (currency: string): unknown => judged({ charge_amount: '12' }, { invoice: [rowOf('invoice', { source_id: 'i1', currency })] }).amount;
  expect([amountIn('JPY'), amountIn('CHF'), judged({ charge_amount: '12' }).currency]).toEqual([12, 1200, 'EUR']);
});

describe('the category of a line', () => {
  const categoryOf = (...args: Parameters<typeof judged>): string => judged(...args).category.value;

  test('follows the type of its charge, else that of the catalog', () => {
    expect(categoryOf({ charge_name: 'Tea', rate_plan_charge_id: 'c1', charge_amount: '10' }, chargeOf('Tea'))).toBe('subscription');
    expect(categoryOf({ charge_name: 'Mug', product_rate_plan_charge_id: 'k1', charge_amount: '10' }, {}, catalogRowOf({ source_id: 'k1', charge_type: 'OneTime' }))).toBe('product');
  });

  test('is a discount by its processing type, whatever its name', () => {
    expect(categoryOf({ charge_name: 'Tea', processing_type: '1', charge_amount: '-3' })).toBe('discount');
  });

  test('is that of its charge where a part of its price is given back and its name alone speaks of a discount', () => {
    const name = 'Annual plan - Rabatt 10%';
    expect(categoryOf({ charge_name: name, rate_plan_charge_id: 'c1', charge_amount: '-3' }, chargeOf(name))).toBe('subscription');
    expect(categoryOf({ charge_name: 'Rabatt', rate_plan_charge_id: 'c1', charge_amount: '-3' }, chargeOf('Tea'))).toBe('discount');
  });
});

test('the record of a line has the product of its charge, and its step from the plan', () => {
  const plan = { rate_plan: [rowOf('rate_plan', { source_id: 'rp1', product_id: 'tea', product_rate_plan_id: 'tea-plan', name: 'UP1 | Tea' })] };
  const charge = { rate_plan_charge: [rowOf('rate_plan_charge', { source_id: 'c1', rate_plan_id: 'rp1', name: 'Tea' })] };
  const line = judged({ charge_name: 'Tea', rate_plan_charge_id: 'c1', charge_amount: '10', tax_amount: '2' }, { ...plan, ...charge });
  expect(lineRecord(setupOf(), line, null, 'chain-1', new Money())).toMatchObject({
    product_rate_plan_id: 'tea-plan', product_id: 'tea', funnel_step: 'upsell_1', amount: 1000, tax_amount: 200, chain_id: 'chain-1',
  });
});
