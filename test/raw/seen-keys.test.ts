import { expect, test } from '@jest/globals';

import { SeenKeys } from '../../src/raw/seen-keys.ts';
import { hexId } from '../support/lake.ts';

test('knows every key that came before, and takes few others for known', () => {
  const seen = new SeenKeys();
  const newOnes = (from: number): number => Array.from({ length: 100_000 }, (_, index) => seen.addNew(hexId(from + index))).filter(Boolean).length;
  expect(newOnes(0)).toBeGreaterThan(99_000);
  expect(newOnes(0)).toBe(0);
  expect(newOnes(100_000)).toBeGreaterThan(99_000);
});
