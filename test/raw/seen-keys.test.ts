import { expect, test } from '@jest/globals';

import { SeenKeys } from '../../src/raw/seen-keys.ts';
import { hexId } from '../support/lake.ts';

test('tells every key that was added, and few others', () => {
  const seen = new SeenKeys();
  for (let number = 0; number < 100_000; number++) seen.add(hexId(number));
  const told = (from: number): number => Array.from({ length: 100_000 }, (_, index) => seen.mayHold(hexId(from + index))).filter(Boolean).length;
  expect(told(0)).toBe(100_000);
  expect(told(100_000)).toBeLessThan(1_000);
});
