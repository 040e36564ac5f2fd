import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { LocalDate } from '../../../src/core/time.ts';
import { chanceAlive, expectedPurchases } from '../../../src/metrics/prediction/bg-nbd.ts';
import { buyerHorizon, buyerValue } from '../../../src/metrics/prediction/buyer-value.ts';
import { contractValue } from '../../../src/metrics/prediction/contract-value.ts';

const sbg = { alpha: 1, beta: 3 };
const bgnbd = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const amounts = { p: 6.25, q: 3.74, gamma: 15.44 };

test('a contract is worth its MRR times the months of each period that it is expected to pay, discounted', () => {
  expect(contractValue(sbg, { mrr: 2_000, months: 12, age: null }, { months: 36, discountPerYear: 0 })).toBe(12 * 4_700);
  expect(contractValue(sbg, { mrr: 2_000, months: 12, age: null }, { months: 36, discountPerYear: 0.1 })).toBe(Number((24_000 * (1 + 0.75 / 1.1 + 0.6 / 1.21)).toFixed(0)));
  expect(contractValue(sbg, { mrr: 2_000, months: 12, age: null }, { months: 35, discountPerYear: 0 })).toBe(24_000 * 1.75);
  expect(contractValue(sbg, { mrr: 0, months: 1, age: 3 }, { months: 36, discountPerYear: 0.1 })).toBe(0);
});

test('who has stayed longer is worth more, and nobody more than paying to the end of the horizon', () => {
  const positive = fc.double({ min: 0.05, max: 20, noNaN: true });
  fc.assert(
    fc.property(positive, positive, fc.nat(40), (alpha, beta, age) => {
      const worth = (n: number): number => contractValue({ alpha, beta }, { mrr: 1_000, months: 1, age: n }, { months: 36, discountPerYear: 0.1 });
      expect(worth(age)).toBeLessThanOrEqual(worth(age + 1));
      expect(worth(age)).toBeLessThanOrEqual(36_000);
    }),
  );
});

test('a buyer is worth the purchases to come times what one of theirs is worth, in minor units', () => {
  const buyer = { x: 2, tx: 30.43, T: 38.86, m: 2_235 };
  expect(buyerValue(bgnbd, amounts, buyer, { weeks: 39, minorUnits: 100 })).toBe(Number((expectedPurchases(bgnbd, buyer, 39) * 24.6637 * 100).toFixed(0)));
});

test('expected purchases grow with the time ahead, and the chance to be there falls with silence', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true }), (x, tx, silence) => {
      const customer = { x, tx, T: tx + silence };
      expect(expectedPurchases(bgnbd, customer, 20)).toBeLessThanOrEqual(expectedPurchases(bgnbd, customer, 21));
      expect(chanceAlive(bgnbd, customer)).toBeGreaterThanOrEqual(chanceAlive(bgnbd, { ...customer, T: customer.T + 1 }));
    }),
  );
});

test('expected purchases have no hole where a is 1', () => {
  const at = (a: number): number => expectedPurchases({ ...bgnbd, a }, { x: 2, tx: 30, T: 39 }, 26);
  expect(at(1)).toBeCloseTo((at(0.999) + at(1.001)) / 2, 4);
});

test('the horizon is at most the time observed where dropout cannot be told', () => {
  const at = { day: '2025-12-31' as LocalDate, months: 36, observedFrom: '2024-11-15' as LocalDate };
  expect(buyerHorizon({ ...bgnbd, a: 0.00001 }, at)).toEqual({ months: 13, weeks: 396 / 7 });
  expect(buyerHorizon({ ...bgnbd, a: 0.00001 }, { ...at, observedFrom: '2020-01-01' as LocalDate }).months).toBe(36);
  expect(buyerHorizon(bgnbd, at)).toEqual({ months: 36, weeks: 1_096 / 7 });
});
