import { timingSafeEqual } from 'node:crypto';

import { sha256Bytes } from '../../core/hash.ts';
import type { Instant } from '../../core/time.ts';
import type { ApiKey, KeyHolder } from './api-key.ts';
import type { ShownKey } from './key-text.ts';
import type { Permission } from './roles.ts';

/** Why somebody is not let in (401) or may not do what they ask for (403). */
export interface Refusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly detail: string;
}

/** What a request needs of whoever sends it. */
export interface Need {
  readonly permission: Permission;
  readonly brand?: string;
  readonly feed?: string;
  /** What is asked for tells of every brand at once. */
  readonly isOfAllBrands?: boolean;
}

/** Compared with if there is no key of the id, so that an id that exists takes no longer than one that does not. */
const NOBODY = sha256Bytes('');

const UNPROVED: Refusal = { status: 401, code: 'unauthorized', detail: 'No key is shown that hub knows. Send one as Authorization: Bearer, or its id and secret as Basic.' };
const IN_URL: Refusal = { status: 401, code: 'key_in_url', detail: 'This key may not stand in a URL. Send it in the Authorization header, or make one with --in-url.' };
const REVOKED: Refusal = { status: 401, code: 'key_revoked', detail: 'The key was revoked.' };
const EXPIRED: Refusal = { status: 401, code: 'key_expired', detail: 'The key has expired.' };

/**
 * Whether a key is who it says it is; secrets are compared in constant time. Why a key is refused is told only to those who
 * have its secret.
 * @param key that of the shown id, if there is one
 */
export function judgeKey(key: ApiKey | undefined, shown: ShownKey, { now, isInUrl }: { readonly now: Instant; readonly isInUrl: boolean }): ApiKey | Refusal {
  const isSame = timingSafeEqual(sha256Bytes(shown.secret), key === undefined ? NOBODY : Buffer.from(key.secretSha256, 'hex'));
  if (key === undefined || !isSame) return UNPROVED;
  if (key.revokedAt !== null) return REVOKED;
  if (key.expiresAt !== null && key.expiresAt <= now) return EXPIRED;
  return isInUrl && !key.mayBeInUrl ? IN_URL : key;
}

/** Nobody has shown a key. */
export const noKey: Refusal = UNPROVED;

/** What keeps the holder of a key from what a request needs; undefined: nothing. The one place that decides it. */
export function refusalOf(holder: KeyHolder, { permission, brand, feed, isOfAllBrands = false }: Need): Refusal | undefined {
  if (!holder.permissions.includes(permission)) return forbidden('permission_missing', `The key may not ask for ${permission}.`);
  if (brand !== undefined && holder.brands !== null && !holder.brands.includes(brand)) return forbidden('brand_not_allowed', 'The key is not one of this brand.');
  if (isOfAllBrands && holder.brands !== null) return forbidden('brand_not_allowed', 'It tells of all brands, and the key is bound to some.');
  if (feed !== undefined && holder.feeds !== null && !holder.feeds.includes(feed)) return forbidden('feed_not_allowed', 'The key is not one of this feed.');
  return undefined;
}

export function isRefusal(verdict: ApiKey | Refusal): verdict is Refusal {
  return 'status' in verdict;
}

function forbidden(code: string, detail: string): Refusal {
  return { status: 403, code, detail };
}
