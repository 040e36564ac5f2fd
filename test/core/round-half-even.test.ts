import { expect, test } from '@jest/globals';

import { roundHalfEven } from '../../src/core/round-half-even.ts';

test.each([[0.5, 0], [1.5, 2], [2.5, 2], [-0.5, 0], [-1.5, -2], [2.4999, 2], [2.5001, 3], [-0.2, 0], [7, 7]])('%d is rounded to %d', (value, expected) => {
  expect(roundHalfEven(value)).toBe(expected);
});
