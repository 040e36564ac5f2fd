import { hash } from 'node:crypto';

import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/**
 * The 64-bit xxHash of a text as 16 hex digits: the checksum for change detection. Fast, not cryptographic.
 */
export function checksum(text: string): string {
  return hasher.h64ToString(text);
}

/** SHA-256 as 64 lower-case hex digits, for what must not collide or be guessed back. */
export function sha256Hex(text: string): string {
  return hash('sha256', text);
}

/** MD5 as 32 lower-case hex digits, for the platforms that still match addresses by it; proves nothing. */
export function md5Hex(text: string): string {
  return hash('md5', text);
}
