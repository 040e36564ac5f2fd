import { expect, test } from '@jest/globals';

import { formatCount } from '../../src/core/text/counts.ts';

test('a count has a comma between thousands, and three places at most', () => {
  expect([0, 999, 1_000, -1_234_567, 1_234.5, 0.12345, -0.5].map(formatCount)).toEqual(['0', '999', '1,000', '-1,234,567', '1,234.5', '0.123', '-0.5']);
});
