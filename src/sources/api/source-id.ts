import { sha256Hex } from '../../core/hash.ts';

const LONGEST = 64;
const HASH_DIGITS = 32;
/** Printable ASCII without blanks. */
const PLAIN = /^[\x21-\x7e]*$/;

/**
 * The `source_id` of a record: account and key joined by `/`, or the first 32 hex digits of the SHA-256 of their JSON
 * array where that would be too long, no plain text, or leave open where a field ends (sources specification, engine 12).
 */
export function sourceId(account: string, key: readonly string[]): string {
  const joined = [account, ...key].join('/');
  const isClear = key.length < 2 || key.every((field) => !field.includes('/'));
  if (joined.length <= LONGEST && isClear && PLAIN.test(joined)) return joined;
  return sha256Hex(JSON.stringify([account, ...key])).slice(0, HASH_DIGITS);
}
