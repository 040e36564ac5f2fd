import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { HubError } from '../core/errors.ts';

const ALGORITHM = 'aes-256-gcm';
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
export const KEY_BYTES = 32;

/** Bytes that only the key opens, and only where the same additional data is given. */
export interface Sealed {
  readonly nonce: Buffer;
  /** The encrypted bytes, then the tag of 16 bytes. */
  readonly ciphertext: Buffer;
}

/** A fresh key. */
export function newKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Encrypts with AES-256-GCM under a fresh nonce. @param bound what the bytes belong to (the additional authenticated data) */
export function seal(key: Buffer, plain: Buffer, bound: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(bound));
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { nonce, ciphertext: Buffer.concat([encrypted, cipher.getAuthTag()]) };
}

/** @throws HubError refused (secret_unreadable) if key, bytes or what they belong to are others */
export function open(key: Buffer, { nonce, ciphertext }: Sealed, bound: string): Buffer {
  try {
    const end = ciphertext.length - TAG_BYTES;
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(bound)).setAuthTag(ciphertext.subarray(Math.max(0, end)));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, Math.max(0, end))), decipher.final()]);
  } catch {
    // What node:crypto says of it may quote its input, so it is no cause.
    throw new HubError('refused', 'secret_unreadable', 'What is stored does not open: the key is another one, or the row was changed or belongs to another name.');
  }
}

/** Both in one text. */
export function sealedText({ nonce, ciphertext }: Sealed): string {
  return Buffer.concat([nonce, ciphertext]).toString('base64');
}

/** The same, taken apart. */
export function sealedOf(text: string): Sealed {
  const bytes = Buffer.from(text, 'base64');
  return { nonce: bytes.subarray(0, NONCE_BYTES), ciphertext: bytes.subarray(NONCE_BYTES) };
}
