import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { slices } from '../../src/core/slices.ts';

test('slices have all items in their order, none is longer than asked for, and only the last is shorter', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (items, size) => {
      const made = [...slices(items, size)];
      expect(made.flat()).toEqual(items);
      expect(made.slice(0, -1).every(({ length }) => length === size)).toBe(true);
      expect(made.every(({ length }) => length > 0 && length <= size)).toBe(true);
    }),
  );
});

test('a slice has 500 items where nothing else is said', () => {
  expect([...slices(new Array<number>(1_001).fill(0))].map(({ length }) => length)).toEqual([500, 500, 1]);
});
