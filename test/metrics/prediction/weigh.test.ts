import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { weigh } from '../../../src/metrics/prediction/weigh.ts';

test('equal rows are one with their number', () => {
  expect(weigh([{ x: 1, t: 2 }, { x: 0, t: 2 }, { x: 1, t: 2 }])).toEqual([{ x: 0, t: 2, customers: 1 }, { x: 1, t: 2, customers: 2 }]);
});

test('no customer is lost, and their order does not matter', () => {
  const rows = fc.array(fc.record({ x: fc.nat(3), t: fc.nat(3) }), { maxLength: 40 });
  fc.assert(
    fc.property(rows, (some) => {
      expect(weigh(some).reduce((sum, { customers }) => sum + customers, 0)).toBe(some.length);
      expect(weigh([...some].reverse())).toEqual(weigh(some));
    }),
  );
});
