import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { ChargeFacts, PricedCharge } from '../../../src/enriched/classify/charge-category.ts';
import { chargeCategory, followingPrice } from '../../../src/enriched/classify/charge-category.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

const day = (text: string): LocalDate => text as LocalDate;
const charge: ChargeFacts = {
  brand: 'alpina',
  name: 'Detox 30',
  chargeType: 'Recurring',
  chargeModel: 'Flat Fee Pricing',
  processingType: null,
  amount: 100,
  discountPercentage: null,
  discountAmount: null,
  billingPeriod: 'Month',
  start: day('2026-01-31'),
  end: day('2026-02-28'),
  followingPrice: 500,
};
const ruleOf = (facts: Partial<ChargeFacts>): string | null =>
  chargeCategory(shippedRules, { ...charge, ...facts }).evidence.rule;

describe('chargeCategory', () => {
  test('finds a trial by price: one period long, and at most a fifth of what follows', () => {
    expect(chargeCategory(shippedRules, charge)).toEqual({ value: 'trial', evidence: { rule: 'charge.trial.price' } });
    expect(ruleOf({ amount: 101 })).toBe('charge.subscription.recurring');
    expect(ruleOf({ amount: 0 })).toBe('charge.trial.price');
    expect(ruleOf({ followingPrice: null })).toBe('charge.subscription.recurring');
    expect(ruleOf({ followingPrice: 0, amount: 0 })).toBe('charge.subscription.recurring');
    expect(ruleOf({ end: null })).toBe('charge.subscription.recurring');
    expect(ruleOf({ end: day('2026-03-31') })).toBe('charge.subscription.recurring');
    expect(ruleOf({ billingPeriod: 'Quarter', end: day('2026-04-30') })).toBe('charge.trial.price');
    expect(ruleOf({ billingPeriod: 'Week', end: day('2026-02-07') })).toBe('charge.trial.price');
    expect(ruleOf({ billingPeriod: 'Specific Months' })).toBe('charge.subscription.recurring');
    expect(ruleOf({ chargeType: 'OneTime' })).toBe('charge.product.one_time');
  });

  test('lets structure outrank words', () => {
    expect(ruleOf({ name: 'Free shipping trial', chargeModel: 'Discount-Fixed Amount' })).toBe('charge.discount.model');
    expect(ruleOf({ name: 'Mahngebühr', processingType: '1' })).toBe('charge.discount.processing');
    expect(ruleOf({ name: 'Trial', discountPercentage: '50' })).toBe('charge.discount.percentage');
    expect(ruleOf({ name: 'Trial', discountAmount: 500 })).toBe('charge.discount.fixed_amount');
  });

  test('is unclassified where neither name nor structure decide', () => {
    const bare = { name: null, chargeType: null, chargeModel: null, followingPrice: null };
    expect(chargeCategory(shippedRules, { ...charge, ...bare })).toEqual({
      value: 'unclassified',
      evidence: { rule: null },
    });
  });
});

describe('followingPrice', () => {
  const first: PricedCharge = {
    id: 'c1',
    productId: 'p1',
    chargeType: 'Recurring',
    chargeModel: 'Flat Fee Pricing',
    amount: 100,
    start: day('2026-01-01'),
    end: day('2026-02-01'),
  };
  const next: PricedCharge = { ...first, id: 'c2', amount: 2990, start: day('2026-02-01'), end: null };

  test('is the price of the recurring charge of the same product that starts when this one ends', () => {
    expect(followingPrice(first, [first, next])).toBe(2990);
    expect(followingPrice({ ...first, end: day('2026-01-31') }, [next])).toBe(2990);
    expect(followingPrice(next, [first, next])).toBeNull();
  });

  test.each([
    ['of another product', { productId: 'p2' }],
    ['later', { start: day('2026-03-01') }],
    ['not recurring', { chargeType: 'OneTime' }],
    ['a discount', { chargeModel: 'Discount-Percentage' }],
    ['without a price', { amount: null }],
  ])('ignores a charge that is %s', (_, change) => {
    expect(followingPrice(first, [{ ...next, ...change }])).toBeNull();
  });

  test('takes the dearest of several, whatever their order', () => {
    const other = { ...next, id: 'c3', amount: 1990 };
    expect(followingPrice(first, [other, next])).toBe(2990);
    expect(followingPrice(first, [next, other])).toBe(2990);
  });
});
