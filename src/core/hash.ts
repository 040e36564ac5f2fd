import { createHash, createHmac, hash } from 'node:crypto';

import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/**
 * The 64-bit xxHash of a text as 16 hex digits: the checksum for change detection. Fast, not cryptographic.
 */
export function checksum(text: string): string {
  return hasher.h64ToString(text);
}

/** The same of a text's bytes in UTF-8. */
export function checksumOfBytes(bytes: Uint8Array): string {
  return hasher.h64Raw(bytes).toString(16).padStart(16, '0');
}

/** The checksum of texts that come one after the other. @param before that of those before; empty at the start */
export function chainedChecksum(before: string, text: string): string {
  return checksum(`${before}${text}`);
}

/** The 64-bit xxHash of a text as a number, for tables in memory. */
export function hash64(text: string): bigint {
  return hasher.h64(text);
}

/** The 32-bit xxHash of a text, for tables in memory. */
export function hash32(text: string): number {
  return hasher.h32(text) >>> 0;
}

/** SHA-256 as 64 lower-case hex digits, for what must not collide or be guessed back. */
export function sha256Hex(text: string): string {
  return hash('sha256', text);
}

/** The 32 bytes of a SHA-256. */
export function sha256Bytes(bytes: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** MD5 as 32 lower-case hex digits, for the platforms that still match addresses by it; proves nothing. */
export function md5Hex(text: string): string {
  return hash('md5', text);
}

/** HMAC-SHA-256 as 64 lower-case hex digits: a hash that nobody without the key can make or guess back. */
export function hmacSha256Hex(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** HMAC-SHA-256 of a text in UTF-8 as base64: a signature as receivers of webhooks expect it. */
export function hmacSha256Base64(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

/** The bytes of an HMAC over pieces, one after the other; texts count as UTF-8. */
export function hmacBytes(algorithm: 'sha256' | 'sha512', key: Uint8Array, pieces: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac(algorithm, key);
  for (const piece of pieces) hmac.update(piece);
  return hmac.digest();
}

/** A SHA-256 over bytes that come piece by piece. */
export interface Sha256Sum {
  update(bytes: string | Uint8Array): void;
  /** 64 lower-case hex digits; the sum ends with it. */
  hex(): string;
}

/** Starts a SHA-256 over what does not fit into memory at once; texts count as UTF-8. */
export function startSha256(): Sha256Sum {
  const sum = createHash('sha256');
  return {
    update: (bytes) => void sum.update(bytes),
    hex: () => sum.digest('hex'),
  };
}
