import { hmacSha256Hex, sha256Hex } from '../../core/hash.ts';

/** What an id that leaves the hub is the id of; its prefix tells it. */
export type PublicKind = 'per' | 'acc' | 'ord' | 'itm' | 'sub' | 'inv' | 'lin' | 'pay' | 'ref' | 'crn' | 'frm' | 'par' | 'brd' | 'thm' | 'prd' | 'usr';

/** Makes ids that leave the hub: `ord_` and 24 hex digits. The same natural key gives the same id, on every run and database. */
export type PublicIds = (kind: PublicKind, ...naturalKey: readonly string[]) => string;

const PUBLIC_LENGTH = 24;
const INTERNAL_LENGTH = 32;

/** Ids made with this key: nobody without it can tell what an id belongs to, or guess another one. */
export function publicIds(key: string): PublicIds {
  return (kind, ...naturalKey) => `${kind}_${hmacSha256Hex(key, `${kind}\t${naturalKey.join('\t')}`).slice(0, PUBLIC_LENGTH)}`;
}

/** An id inside the hub, from its natural key. */
export function internalId(...naturalKey: readonly string[]): string {
  return sha256Hex(naturalKey.join('\t')).slice(0, INTERNAL_LENGTH);
}
