import { randomBytes } from 'node:crypto';

/** A key as somebody shows it. */
export interface ShownKey {
  readonly id: string;
  readonly secret: string;
}

/** Lower-case base32 of RFC 4648: letters and digits that nobody mistakes for each other when a key is read out. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ID = '[a-z2-7]{8}';
const SECRET = '[A-Za-z0-9_-]{43}';
const WHOLE = new RegExp(`^hub_(${ID})_(${SECRET})$`);
const NAMED = new RegExp(`^(?:hub_)?(${ID})$`);
const ALONE = new RegExp(`^${SECRET}$`);
const ID_BITS = 40n;
const SECRET_BYTES = 32;

/** A new key: an id of 40 random bits, a secret of 256. */
export function newKey(): ShownKey {
  const number = BigInt(`0x${randomBytes(Number(ID_BITS) / 8).toString('hex')}`);
  const id = Array.from({ length: 8 }, (_, place) => BASE32[Number((number >> BigInt(5 * (7 - place))) & 31n)]).join('');
  return { id, secret: randomBytes(SECRET_BYTES).toString('base64url') };
}

/** `hub_<id>_<secret>`, as it is shown once. */
export function keyText({ id, secret }: ShownKey): string {
  return `hub_${id}_${secret}`;
}

/** Reads a whole key; undefined if the text is none. */
export function parseKey(text: string): ShownKey | undefined {
  const [, id, secret] = WHOLE.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Whether a text is the id of a key, as `keys list` and `keys revoke` take it. */
export function parseKeyId(text: string): string | undefined {
  return NAMED.exec(text)?.[1];
}

/** The key of an Authorization header: Bearer with the whole key, or Basic with its id and its secret. */
export function keyOfHeader(header: string | undefined): ShownKey | undefined {
  const [, scheme = '', rest = ''] = /^(bearer|basic) +(\S+) *$/i.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return parseKey(rest);
  if (scheme === '') return undefined;
  const [name = '', ...password] = Buffer.from(rest, 'base64').toString('utf8').split(':');
  const [id, secret] = [parseKeyId(name), password.join(':')];
  return id !== undefined && ALONE.test(secret) ? { id, secret } : undefined;
}
