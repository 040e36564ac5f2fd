import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { checksum, sha256Hex } from '../../src/core/hash.ts';

describe('checksum', () => {
  test('is the 64-bit xxHash of the UTF-8 text, with its leading zeros', () => {
    // The reference values of XXH64 with seed 0.
    expect(checksum('')).toBe('ef46db3751d8e999');
    expect(checksum('abc')).toBe('44bc2cf5ad770999');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(checksum(text)).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });
});

describe('sha256Hex', () => {
  test('is the SHA-256 of the UTF-8 text', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
