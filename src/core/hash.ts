import { createHash } from 'node:crypto';

import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/**
 * The 64-bit xxHash of a text as 16 hex digits: the checksum for change detection. Fast, not cryptographic.
 */
export function checksum(text: string): string {
  return hasher.h64ToString(text);
}

/** The 32-bit xxHash of a text, for tables in memory. */
export function hash32(text: string): number {
  return hasher.h32(text) >>> 0;
}

/** SHA-256 as 64 lower-case hex digits, for what must not collide or be guessed back. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** MD5 as 32 lower-case hex digits, for the platforms that still match addresses by it; proves nothing. */
export function md5Hex(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
