/** Lengths of digests in bytes. */
export const digestBytes = { sha256: 32, sha512: 64 } as const;

const HEX = /^[0-9a-f]*$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The digest in hex, of either case; undefined if it is none of that length. */
export function hexDigest(text: string, bytes: number): Buffer | undefined {
  return text.length === bytes * 2 && HEX.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** The same in base64 with its padding: Node would read almost any text as base64. */
export function base64Digest(text: string, bytes: number): Buffer | undefined {
  return text.length === Math.ceil(bytes / 3) * 4 && BASE64.test(text) && Buffer.byteLength(text, 'base64') === bytes ? Buffer.from(text, 'base64') : undefined;
}

/** Seconds since 1970 as senders write them: digits alone, where `Number` and `parseInt` would take `123abc` or `1e9`. */
export function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
