import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { ClassifiedCharge } from '../../../src/enriched/classify/net-price.ts';
import type { SubscriptionFacts } from '../../../src/enriched/classify/subscription-class.ts';
import { subscriptionClass } from '../../../src/enriched/classify/subscription-class.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

const day = (text: string): LocalDate => text as LocalDate;
const today = day('2026-06-15');
const monthly: ClassifiedCharge = {
  category: 'subscription',
  chargeType: 'Recurring',
  amount: 2990,
  quantity: null,
  discountPercentage: null,
  discountAmount: null,
  billingPeriod: 'Month',
  start: day('2026-01-01'),
  end: null,
};
const oneTime: ClassifiedCharge = { ...monthly, category: 'product', chargeType: 'OneTime', billingPeriod: null };
const trial: ClassifiedCharge = {
  ...monthly,
  category: 'trial',
  amount: 100,
  start: day('2026-06-01'),
  end: day('2026-07-01'),
};
const percent: ClassifiedCharge = { ...monthly, category: 'discount', amount: null, discountPercentage: '100' };
const fixed: ClassifiedCharge = { ...monthly, category: 'discount', amount: null, discountAmount: 2990 };
const plain: SubscriptionFacts = {
  brand: 'alpina',
  planNames: ['Detox 30'],
  charges: [monthly],
  funnelStep: 'frontend',
  ownerPersonId: 'p1',
  invoiceOwnerPersonId: null,
  termType: 'TERMED',
  currentTerm: 12,
  termStart: day('2026-01-01'),
  termEnd: day('2027-01-01'),
  invoiced: [],
  isWinback: false,
};
const ruleOf = (change: Partial<SubscriptionFacts>, asOf = today): string | null =>
  subscriptionClass(shippedRules, { ...plain, ...change }, asOf).evidence.rule;

describe('subscriptionClass', () => {
  test('is standard for a recurring subscription that is nothing else', () => {
    expect(subscriptionClass(shippedRules, plain, today)).toEqual({
      value: 'standard',
      evidence: { rule: 'class.standard.recurring' },
    });
    expect(ruleOf({ charges: [{ ...monthly, chargeType: 'Usage', amount: null }] })).toBe('class.standard.recurring');
  });

  test.each<[string, ClassifiedCharge[]]>([
    ['a free plan', [{ ...monthly, amount: 0 }]],
    ['a discount of 100 %', [monthly, percent]],
    ['a discount of 100 % on whatever price', [{ ...monthly, amount: null }, percent]],
    ['discounts that add up', [monthly, { ...percent, discountPercentage: '60' }, { ...percent, discountPercentage: '40' }]],
    ['a fixed discount as high as the price', [monthly, fixed]],
    ['a fixed discount that the export writes with a minus', [monthly, { ...fixed, discountAmount: -2990 }]],
    ['a percentage with a minus', [monthly, { ...percent, discountPercentage: '-100' }]],
    ['a credit line', [monthly, { ...fixed, discountAmount: null, amount: -2990 }]],
    ['a discount as long as a charge that ends', [{ ...monthly, end: today }, { ...percent, end: today }]],
  ])('is complimentary by %s', (_, charges) => {
    expect(ruleOf({ charges })).toBe('class.complimentary.nets_to_zero');
  });

  test.each<[string, ClassifiedCharge[]]>([
    ['the discount ends before the price does', [monthly, { ...percent, end: today }]],
    ['the discount starts late', [monthly, { ...percent, start: today }]],
    ['the discount is lower', [monthly, { ...fixed, discountAmount: 2989 }]],
    ['the discount is lower, with a minus', [monthly, { ...fixed, discountAmount: -2989 }]],
    ['the discount is for another rhythm', [monthly, { ...fixed, billingPeriod: 'Annual' }]],
    ['a one-time credit lowers a recurring price', [monthly, { ...fixed, chargeType: 'OneTime', billingPeriod: null }]],
    ['only one of two charges is free', [{ ...monthly, amount: 0 }, monthly]],
    ['shipping is paid', [{ ...monthly, amount: 0 }, { ...monthly, category: 'shipping', amount: 490 }]],
    ['the price is not known', [{ ...monthly, amount: null }, fixed]],
    ['a free trial is followed by a price', [{ ...trial, amount: 0, end: today }, { ...monthly, start: today }]],
  ])('is not complimentary if %s', (_, charges) => {
    expect(ruleOf({ charges })).toBe('class.standard.recurring');
  });

  test('is a gift by name, or if another person pays', () => {
    expect(ruleOf({ planNames: ['Detox 30', 'Geschenkabo'] })).toBe('class.gift.words');
    expect(ruleOf({ invoiceOwnerPersonId: 'p2' })).toBe('class.gift.other_payer');
    expect(ruleOf({ invoiceOwnerPersonId: 'p1' })).toBe('class.standard.recurring');
    expect(ruleOf({ invoiceOwnerPersonId: 'p2', ownerPersonId: null })).toBe('class.standard.recurring');
  });

  test('is a trial while the trial charge is in effect and no paid period was invoiced', () => {
    const charges = [trial, { ...monthly, start: day('2026-07-01') }];
    expect(ruleOf({ charges })).toBe('class.trial.charges');
    expect(ruleOf({ charges }, day('2026-05-01'))).toBe('class.trial.charges');
    expect(ruleOf({ charges }, day('2026-07-01'))).toBe('class.standard.recurring');
    expect(ruleOf({ charges: [trial] }, day('2026-09-01'))).toBe('class.trial.charges');
    expect(ruleOf({ charges, invoiced: [{ category: 'trial', amount: 100 }] })).toBe('class.trial.charges');
    expect(ruleOf({ charges, invoiced: [{ category: 'subscription', amount: 2990 }] })).toBe('class.standard.recurring');
    expect(ruleOf({ charges: [...charges, { ...oneTime, category: 'fee' }] })).toBe('class.trial.charges');
  });

  test('is one-off without a recurring charge', () => {
    expect(ruleOf({ charges: [oneTime] })).toBe('class.one_off.charges');
    expect(ruleOf({ charges: [oneTime, { ...percent, discountPercentage: '10' }] })).toBe('class.one_off.charges');
    expect(ruleOf({ charges: [oneTime, monthly] })).toBe('class.standard.recurring');
  });

  test('is a winback by its chain or its funnel step', () => {
    expect(ruleOf({ isWinback: true })).toBe('class.winback.chain');
    expect(ruleOf({ funnelStep: 'winback' })).toBe('class.winback.funnel_step');
    expect(ruleOf({ isWinback: true, charges: [oneTime] })).toBe('class.one_off.charges');
  });

  test('is prepaid if a termed subscription is billed once for its term, or says so', () => {
    const annual = [{ ...monthly, billingPeriod: 'Annual' }];
    expect(ruleOf({ charges: annual })).toBe('class.prepaid.billing_period');
    expect(ruleOf({ charges: annual, termStart: null, currentTerm: 12 })).toBe('class.prepaid.billing_period');
    expect(ruleOf({ charges: annual, termEnd: day('2028-01-01') })).toBe('class.standard.recurring');
    expect(ruleOf({ charges: annual, termType: 'EVERGREEN' })).toBe('class.standard.recurring');
    expect(ruleOf({ charges: [{ ...monthly, billingPeriod: 'Subscription Term' }] })).toBe('class.prepaid.billing_period');
    expect(ruleOf({ planNames: ['6er Pack Abo'] })).toBe('class.prepaid.words');
    expect(ruleOf({ planNames: ['6er Pack Abo'], termType: 'EVERGREEN' })).toBe('class.standard.recurring');
  });

  test('is unclassified if no charge is known and no name says more', () => {
    expect(ruleOf({ charges: [] })).toBeNull();
    expect(ruleOf({ charges: [], planNames: ['Gift'] })).toBe('class.gift.words');
  });
});
