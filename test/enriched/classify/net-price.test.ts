import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { netsToZero, type ClassifiedCharge } from '../../../src/enriched/classify/net-price.ts';

const charge: ClassifiedCharge = {
  category: 'subscription', chargeType: 'Recurring', amount: 5900, quantity: null, discountPercentage: null, discountAmount: null, billingPeriod: 'Month', start: null, end: null,
};
const off = (percentage: string): ClassifiedCharge => ({ ...charge, category: 'discount', amount: null, discountPercentage: percentage });
const credit = (amount: number): ClassifiedCharge => ({ ...charge, category: 'discount', amount: null, discountAmount: amount });

describe('a price after discounts', () => {
  test.each<[string, ClassifiedCharge[]]>([
    ['41 % of 59.00 and a credit of 34.81', [charge, off('41'), credit(3481)]],
    ['33.3 % and 66.7 %', [charge, off('33.3'), off('66.7')]],
    ['seven times 0.1 % and once 99.3 %', [charge, ...Array.from({ length: 7 }, () => off('0.1')), off('99.3')]],
    ['three of 0.10 and a credit of 0.30', [{ ...charge, amount: 10, quantity: '3' }, credit(30)]],
    ['0.3 of 1.00 and a credit line of 0.1 of 3.00', [{ ...charge, amount: 100, quantity: '0.3' }, { ...charge, category: 'discount', amount: -300, quantity: '0.1' }]],
    ['a credit line that is written without its minus', [charge, { ...charge, category: 'discount' }]],
    ['none of a price', [{ ...charge, quantity: '0' }]],
  ])('is zero for %s', (_, charges) => {
    expect(netsToZero(charges)).toBe(true);
  });

  test.each<[string, ClassifiedCharge[]]>([
    ['a cent of credit too little', [charge, off('41'), credit(3480)]],
    ['a billionth of a per cent too little', [charge, off('99.999999999')]],
    ['one more than the credit is for', [{ ...charge, quantity: '2' }, credit(5900)]],
  ])('is not zero for %s', (_, charges) => {
    expect(netsToZero(charges)).toBe(false);
  });

  test('is zero from the very credit on that makes up for it', () => {
    const percentage = fc.integer({ min: 1, max: 9_999 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), percentage, fc.integer({ min: 1, max: 9 }), (price, hundredths, quantity) => {
        // A price in ten thousands and hundredths of a per cent: what is left is a whole number.
        const left = price * (10_000 - hundredths) * quantity;
        const charges = [{ ...charge, amount: price * 10_000, quantity: String(quantity) }, off((hundredths / 100).toFixed(2))];
        expect(netsToZero([...charges, credit(left)])).toBe(true);
        expect(netsToZero([...charges, credit(left - 1)])).toBe(false);
      }),
    );
  });
});
