import { sha256Hex } from '../../core/hash.ts';

const MOST_CHARACTERS = 64;
const HASH_DIGITS = 32;
const PRINTABLE = /^[!-~]+$/;

/**
 * The key of a raw row of a platform's stream: account and key joined by `/`; if that is longer than 64, not printable ASCII,
 * or a field of a composite key holds a `/`, the first 32 hex digits of the SHA-256 of their JSON array (sources
 * specification, "The engine", key).
 */
export function sourceIdOf(account: string, key: readonly string[]): string {
  const joined = [account, ...key].join('/');
  const isPlain = joined.length <= MOST_CHARACTERS && PRINTABLE.test(joined) && (key.length === 1 || key.every((field) => !field.includes('/')));
  return isPlain ? joined : sha256Hex(JSON.stringify([account, ...key])).slice(0, HASH_DIGITS);
}

/** The feed of the history that a platform's account is: `stripe/main`, with a hash where that is longer than a key may be. */
export function feedNameOf(platform: string, account: string): string {
  const name = `${platform}/${account}`;
  return name.length <= MOST_CHARACTERS && PRINTABLE.test(name) ? name : sha256Hex(JSON.stringify([platform, account])).slice(0, HASH_DIGITS);
}
