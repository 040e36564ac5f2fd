import { expect, test } from '@jest/globals';

import { KeyHashes } from '../../../src/raw/store/key-hashes.ts';

test('KeyHashes has the keys that were added, in whatever order, and no others', () => {
  const hashes = new KeyHashes();
  expect(hashes.has('1')).toBe(false);
  for (let key = 5_000; key > 0; key -= 2) hashes.add(String(key));
  expect(hashes.has('4998')).toBe(true);
  for (let key = 1; key < 5_000; key += 2) hashes.add(String(key));
  expect(Array.from({ length: 5_000 }, (_, index) => hashes.has(String(index + 1))).every(Boolean)).toBe(true);
  expect(hashes.hasTwice('7')).toBe(false);
  hashes.add('7');
  expect(['6', '7', '8'].map((key) => hashes.hasTwice(key))).toEqual([false, true, false]);
  expect(['0', '5001', '', 'x'].map((key) => hashes.has(key))).toEqual([false, false, false, false]);
});
