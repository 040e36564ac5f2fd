import { expect, test } from '@jest/globals';

import { firstOf } from '../../../src/core/text/first-of.ts';

test('names the first of many, and tells how many more there are', () => {
  expect(firstOf(['a', 'b', 'c'], 2)).toEqual({ shown: ['a', 'b'], more: 1 });
  expect(firstOf(['a', 'b'], 2)).toEqual({ shown: ['a', 'b'], more: 0 });
  expect(firstOf([], 2)).toEqual({ shown: [], more: 0 });
});
