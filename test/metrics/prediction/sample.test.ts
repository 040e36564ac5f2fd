import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { HashSample, sampleByHash } from '../../../src/metrics/prediction/sample.ts';

const items = Array.from({ length: 300 }, (_item, index) => ({ customer: `c${index}` }));

test('fewer customers than are wanted stay all', () => {
  expect(sampleByHash(items)).toHaveLength(300);
});

test('the same customers are chosen in whatever order they come, and of each part of them', () => {
  const chosen = new Set(sampleByHash(items, 100).map(({ customer }) => customer));
  expect(chosen.size).toBe(100);
  fc.assert(
    fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
      expect(sampleByHash(shuffled, 100).every(({ customer }) => chosen.has(customer))).toBe(true);
    }),
    { numRuns: 10 },
  );
});

test('customers who come one by one are chosen as all together are', () => {
  const sample = new HashSample<{ readonly customer: string }>(100);
  for (const item of items) sample.add(item);
  expect(new Set(sample.items)).toEqual(new Set(sampleByHash(items, 100)));
});
