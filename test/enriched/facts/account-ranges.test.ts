import { expect, test } from '@jest/globals';

import { AccountRanges } from '../../../src/enriched/facts/account-ranges.ts';

const ranges = new AccountRanges(['b', 'd'], [
  ['alpina', 'z', 'a'],
  ['belmont', 'c', 'b'],
]);

test('an account belongs to the range of its own id if it is the leader of its person', () => {
  expect(['', 'a', 'b', 'bb', 'c', 'd', 'e', 'z'].map((leader) => ranges.ofLeader(leader))).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  expect(ranges.of('alpina', 'c')).toBe(1);
  expect(ranges.count).toBe(3);
});

test("another account of a person belongs to the leader's range, in its own brand only", () => {
  expect(ranges.of('alpina', 'z')).toBe(0);
  expect(ranges.of('belmont', 'z')).toBe(2);
  expect(ranges.of('belmont', 'c')).toBe(0);
});

test('without bounds there is one range', () => {
  expect(new AccountRanges([], []).of('alpina', 'x')).toBe(0);
});
