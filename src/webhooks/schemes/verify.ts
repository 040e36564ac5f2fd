import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';

import { hmacBytes, sha256Bytes } from '../../core/hash.ts';
import type { Scheme, SignatureFailure, SignedRequest } from './scheme.ts';

/** What a source expects of a request. */
export interface Expectation {
  readonly scheme: Scheme;
  /** The keys of its secrets, any of which may have signed. */
  readonly keys: readonly Buffer[];
  /** How many seconds a signed time may be away from now, both ways, inclusive. */
  readonly tolerance: number;
}

/** A request that is what it says, with the name of its event; or why it is not taken. */
export type Verdict =
  | { readonly ok: true; readonly id: string; readonly type: string | null; /** True: id or type stand in a body that is no JSON. */ readonly unreadable: boolean }
  | { readonly ok: false; readonly reason: SignatureFailure };

/** Columns and paths hold ids of visible ASCII; another one is told by its hash. */
const ID = /^[\x21-\x7e]{1,255}$/;

/**
 * Verifies a request over its bytes, before anything of it is read (serve specification, "Inbound webhooks"). What is signed
 * is compared with every key, in constant time.
 * @param now whole seconds since 1970 UTC
 */
export function verify({ scheme, keys, tolerance }: Expectation, request: SignedRequest, now: number): Verdict {
  const claim = scheme.claim(request);
  if (typeof claim === 'string') return { ok: false, reason: claim };
  let isRight = false;
  for (const key of keys) {
    const expected = hmacBytes(scheme.hash, key, claim.signed);
    for (const digest of claim.digests) isRight = timingSafeEqual(digest, expected) || isRight;
  }
  if (!isRight) return { ok: false, reason: 'bad_signature' };
  if (claim.at !== undefined && now - claim.at > tolerance) return { ok: false, reason: 'too_old' };
  if (claim.at !== undefined && claim.at - now > tolerance) return { ok: false, reason: 'too_new' };
  const content = scheme.readsBody ? jsonOf(request.body) : undefined;
  const { id, type } = scheme.name(request, content);
  const isBare = id === null || id === '';
  return { ok: true, id: isBare ? hashed(request.body) : ID.test(id) ? id : hashed(id), type: type !== null && ID.test(type) ? type : null, unreadable: scheme.readsBody && content === undefined };
}

/** The JSON of a body; undefined if it is none. */
export function jsonOf(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function hashed(bytes: string | Buffer): string {
  return `sha256:${sha256Bytes(bytes).toString('hex')}`;
}
