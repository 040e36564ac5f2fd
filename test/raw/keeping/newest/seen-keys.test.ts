import { expect, test } from '@jest/globals';

import { SeenKeys } from '../../../../src/raw/keeping/newest/seen-keys.ts';
import { hexId } from '../../../support/lakes/lake.ts';

test('knows every key that was added, and takes few others for known', () => {
  const seen = new SeenKeys();
  const keys = (from: number): string[] => Array.from({ length: 100_000 }, (_, index) => hexId(from + index));
  for (const key of keys(0)) seen.add(key);
  expect(keys(0).filter((key) => !seen.mayHave(key))).toEqual([]);
  expect(keys(100_000).filter((key) => seen.mayHave(key)).length).toBeLessThan(1_000);
});
