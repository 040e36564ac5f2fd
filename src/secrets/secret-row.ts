import type { Instant } from '../core/time.ts';
import type { KeyRing } from './key-ring.ts';
import { newKey, open, seal } from './sealed.ts';

/** How the last check of a secret ended. */
export type CheckStatus = 'ok' | 'expired' | 'refused' | 'unreachable';

/** A row of `secrets`. */
export interface SecretRow {
  readonly name: string;
  /** Base64 of the encrypted value and its tag. */
  readonly ciphertext: string;
  readonly nonce: string;
  /** The data key of this row as the key `key_id` wraps it. */
  readonly wrapped_key: string;
  readonly key_id: string;
  readonly set_at: Instant;
  readonly expires_at: Instant | null;
  readonly checked_at: Instant | null;
  readonly check_status: CheckStatus | null;
}

/** The columns that hold the value, and nothing of it in clear. */
export type SealedValue = Pick<SecretRow, 'ciphertext' | 'nonce' | 'wrapped_key' | 'key_id'>;

/** A row that is moved to another name does not open. */
const boundTo = (name: string): string => `hub-secret:1:${name}`;

/** Encrypts a value with a data key of its own, which the first key wraps. */
export async function sealValue(ring: KeyRing, name: string, value: string): Promise<SealedValue> {
  const dataKey = newKey();
  const { nonce, ciphertext } = seal(dataKey, Buffer.from(value), boundTo(name));
  const wrapped = await ring.first.wrap(name, dataKey);
  return { ciphertext: ciphertext.toString('base64'), nonce: nonce.toString('base64'), wrapped_key: wrapped, key_id: ring.first.id };
}

/** @throws HubError refused (secret_unreadable, secret_key_unknown), transient */
export async function openValue(ring: KeyRing, name: string, row: SealedValue): Promise<string> {
  return opened(name, row, await ring.keyOf(row.key_id).unwrap(name, row.wrapped_key));
}

/** The same row under the first key. What does not open is refused: its old key must not be forgotten as if it were not needed. */
export async function rewrap(ring: KeyRing, name: string, row: SealedValue): Promise<SealedValue> {
  const dataKey = await ring.keyOf(row.key_id).unwrap(name, row.wrapped_key);
  opened(name, row, dataKey);
  return { ...pick(row), wrapped_key: await ring.first.wrap(name, dataKey), key_id: ring.first.id };
}

function opened(name: string, row: SealedValue, dataKey: Buffer): string {
  return open(dataKey, { nonce: Buffer.from(row.nonce, 'base64'), ciphertext: Buffer.from(row.ciphertext, 'base64') }, boundTo(name)).toString();
}

function pick({ ciphertext, nonce, wrapped_key: wrapped, key_id: key }: SealedValue): SealedValue {
  return { ciphertext, nonce, wrapped_key: wrapped, key_id: key };
}
