/** Letters, digits and signs of an address's local part that any provider accepts without quotes (RFC 5321, 6531). */
const LOCAL = /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const TOP_LEVEL = /^(?:\p{L}{2,63}|xn--[a-z0-9-]{2,59})$/u;
const MAX_LENGTH = 254;
const GOOGLE_DOMAINS = new Set(['gmail.com', 'googlemail.com']);

/**
 * An address trimmed and in lower case, as every platform wants it before hashing; undefined if mail cannot reach it.
 * Quoted local parts and addresses without a dotted domain are not valid here: no platform matches them.
 */
export function validEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  const at = email.indexOf('@');
  if (at < 1 || email.length > MAX_LENGTH || !LOCAL.test(email.slice(0, at))) return undefined;
  const labels = email.slice(at + 1).split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? '') ? email : undefined;
}

/**
 * Google's form of a valid address: at gmail.com and googlemail.com without dots and `+…` in the local part; the domain
 * stays (Customer Match formatting guidelines). Undefined if nothing is left of the local part.
 */
export function googleEmail(email: string): string | undefined {
  if (!isGoogleEmail(email)) return email;
  const at = email.indexOf('@');
  const local = email.slice(0, at).split('+')[0]?.replaceAll('.', '') ?? '';
  return local === '' ? undefined : local + email.slice(at);
}

/** True where Google takes several spellings for one address. */
export function isGoogleEmail(email: string): boolean {
  return GOOGLE_DOMAINS.has(email.slice(email.indexOf('@') + 1));
}
