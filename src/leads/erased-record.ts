import { isUtf8 } from 'node:buffer';

import { mayHoldAddress } from '../core/text/addresses.ts';
import { addressHashes, withoutErased } from '../raw/erasure/erased-text.ts';

/** A record of the intake without erased persons. */
export interface ErasedRecord {
  readonly body: string;
  /** True: it was one of theirs, and only its id is left. False: it names them in a text, which is without the address now. */
  readonly isOwn: boolean;
}

/** What is left of a record of an erased person: what sorts it, and its id. */
const LEFT = ['v', 'kind', 'brand', 'lead_id', 'source', 'event_id', 'delivery_id', 'consent_id'];
const ERASED_MARK = 'erased';

/**
 * Takes erased persons out of a record as the journal, the intake and `raw_leads` have it (serve specification, "Security,
 * privacy"); undefined if it names none. A record of which a declared field is the address, in whatever spelling and
 * however wrong the rest is, is the person's; in others only the address goes. So is a webhook whose body names one: who it
 * is about stands around the address. Events and consents name their person by hash.
 * @param isErased true for the SHA-256 of an erased address
 */
export function eraseRecord(body: string, isErased: (emailSha256: string) => boolean): ErasedRecord | undefined {
  const record = parsed(body);
  if (record === undefined) {
    const cleaned = withoutErased(body, isErased);
    return cleaned === body ? undefined : { body: cleaned, isOwn: false };
  }
  if (isOwn(record, isErased)) {
    const left = LEFT.flatMap((name) => (name in record ? [[name, record[name]] as const] : []));
    return { body: JSON.stringify({ ...Object.fromEntries(left), [ERASED_MARK]: true }), isOwn: true };
  }
  const cleaned = JSON.stringify(withoutAddresses(record, isErased));
  return cleaned === JSON.stringify(record) ? undefined : { body: cleaned, isOwn: false };
}

/** True for what eraseRecord leaves of a person's own record: it counts, and there is nothing to store. */
export function isErasedRecord(content: unknown): boolean {
  return (Object(content) as Record<string, unknown>)[ERASED_MARK] === true;
}

function isOwn({ kind, body, pairs, email_sha256: hash }: Readonly<Record<string, unknown>>, isErased: (hash: string) => boolean): boolean {
  if (kind === 'event' || kind === 'consent') return typeof hash === 'string' && isErased(hash);
  if (kind === 'webhook') return typeof body === 'string' && namesErased(Buffer.from(body, 'base64'), isErased);
  if (!Array.isArray(pairs)) return false;
  return pairs.some((pair: unknown) => {
    const [, text, bytes] = (Array.isArray(pair) ? pair : []) as unknown[];
    const value = typeof text === 'string' ? text : typeof bytes === 'string' ? decoded(bytes) : null;
    return value !== null && mayHoldAddress(value) && addressHashes(value.normalize('NFC')).some(isErased);
  });
}

/** Also of what stands there as bytes: one broken escape hides no address. */
function withoutAddresses(value: unknown, isErased: (hash: string) => boolean): unknown {
  if (typeof value === 'string') return withoutErased(value, isErased);
  if (Array.isArray(value)) {
    const [name, text, bytes] = value as unknown[];
    if (text === null && typeof bytes === 'string' && withoutErased(decoded(bytes), isErased) !== decoded(bytes)) return [withoutAddresses(name, isErased), withoutErased(decoded(bytes), isErased)];
    return value.map((each) => withoutAddresses(each, isErased));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [withoutErased(name, isErased), withoutAddresses(each, isErased)]));
}

/** True if bytes that somebody sent name an erased person; those that are no UTF-8 are read as Latin-1. */
export function namesErased(bytes: Buffer, isErased: (emailSha256: string) => boolean): boolean {
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  return mayHoldAddress(text) && withoutErased(text, isErased) !== text;
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
