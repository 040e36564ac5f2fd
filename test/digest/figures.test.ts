import { describe, expect, test } from '@jest/globals';

import { figureOf, ratio } from '../../src/digest/figures.ts';

const money = { name: 'net_revenue', label: 'Net revenue', kind: 'money', currency: 'EUR' } as const;
const count = { name: 'new_customers', label: 'New customers', kind: 'count' } as const;
const known = (...values: (number | null)[]) => values.map((value) => ({ value }));

describe('a figure of a week', () => {
  test('stands beside the week before and the mean of four', () => {
    expect(figureOf(money, { value: 12_000 }, known(10_000, 20_000, 20_000, 10_001))).toEqual({
      ...{ name: 'net_revenue', label: 'Net revenue', kind: 'money', value: 12_000, reason: null, before: 10_000, meanOfFour: 15_000 },
      ...{ change: 0.2, changeOfMean: -0.2 },
    });
  });

  test('has no percentage below a base, of zero, or of what is not known', () => {
    expect(figureOf(money, { value: 50_000 }, known(9_999, null, null, null))).toMatchObject({ before: 9_999, change: null, meanOfFour: null, changeOfMean: null });
    expect(figureOf(count, { value: 30 }, known(9, 9, 9, 9))).toMatchObject({ change: null, changeOfMean: null });
    expect(figureOf(count, { value: 30 }, known(10, 10, 10, 10))).toMatchObject({ change: 2, changeOfMean: 2 });
    expect(figureOf({ ...money, currency: 'JPY' }, { value: 100 }, known(99))).toMatchObject({ change: null });
    expect(figureOf({ ...money, currency: 'JPY' }, { value: 110 }, known(100))).toMatchObject({ change: 0.1 });
    expect(figureOf(money, { value: null, reason: 'no spend data' }, known(10_000))).toMatchObject({ value: null, reason: 'no spend data', change: null });
  });

  test('of what is negative rises when it comes nearer to nothing', () => {
    expect(figureOf(money, { value: -5_000 }, known(-10_000))).toMatchObject({ change: 0.5 });
  });
});

test('a ratio without a base has a reason in the place of a value', () => {
  expect([ratio(3, 2, 'none'), ratio(3, 0, 'none'), ratio(null, 2, 'none')]).toEqual([{ value: 1.5 }, { value: null, reason: 'none' }, { value: null, reason: 'none' }]);
});
