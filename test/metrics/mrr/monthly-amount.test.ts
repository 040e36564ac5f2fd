import { describe, expect, test } from '@jest/globals';

import { fraction } from '../../../src/core/fraction.ts';
import { monthlyAmount, monthlyDiscount, percentageShare } from '../../../src/metrics/mrr/monthly-amount.ts';
import { charge } from './charges.ts';

describe('monthlyAmount', () => {
  test('is price × quantity ÷ months, exact', () => {
    expect(monthlyAmount(charge({ quantity: '2.5', billingPeriod: 'Annual' }), null)).toEqual(fraction(2500, 12));
  });

  test.each(['Tiered Pricing', 'Volume Pricing', 'Overage Pricing', 'Tiered with Overage Pricing'])('is the own MRR of %s', (chargeModel) => {
    expect(monthlyAmount(charge({ chargeModel, mrr: 4321 }), null)).toEqual(fraction(4321));
    expect(monthlyAmount(charge({ chargeModel }), null)).toBeUndefined();
  });

  test('is the own MRR without a price or a period, else unpriced', () => {
    expect(monthlyAmount(charge({ price: null, mrr: 7 }), null)).toEqual(fraction(7));
    expect(monthlyAmount(charge({ billingPeriod: 'Specific Months', mrr: 7 }), null)).toEqual(fraction(7));
    expect(monthlyAmount(charge({ price: null }), null)).toBeUndefined();
  });
});

describe('monthlyDiscount', () => {
  test('reads both signs, by the own period of the discount', () => {
    for (const discountAmount of [-600, 600]) expect(monthlyDiscount(charge({ price: null, discountAmount, billingPeriod: 'Quarter' }), null)).toEqual(fraction(200));
    expect(monthlyDiscount(charge({ price: -300, quantity: '2' }), null)).toEqual(fraction(600));
  });

  test('is 0 for a percentage, and unknown without a period', () => {
    expect(monthlyDiscount(charge({ price: null, discountPercentage: '20' }), null)).toEqual(fraction(0));
    expect(monthlyDiscount(charge({ price: null, discountAmount: 5, billingPeriod: null }), null)).toBeUndefined();
  });
});

test('percentageShare is a part of one, whatever its sign', () => {
  expect(percentageShare(charge({ discountPercentage: '-12.5' }))).toEqual(fraction(1, 8));
  expect(percentageShare(charge())).toEqual(fraction(0));
});
