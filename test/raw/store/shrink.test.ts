import { expect, test } from '@jest/globals';

import { shrinkRefusal, shrinksTooMuch } from '../../../src/raw/store/shrink.ts';

test('shrinksTooMuch allows three rows of ten to go, and not four', () => {
  expect([3, 4].map((gone) => shrinksTooMuch(gone, 10))).toEqual([false, true]);
  expect(shrinksTooMuch(0, 0)).toBe(false);
});

test('shrinkRefusal is a refusal that says how many would go, and how to allow it', () => {
  const { kind, code, message, nextStep } = shrinkRefusal(4, 10);
  expect([kind, code, message]).toEqual(['refused', 'shrink', '4 of 10 rows would go, more than 30 %.']);
  expect(nextStep).toMatch(/--allow-shrink/);
});
