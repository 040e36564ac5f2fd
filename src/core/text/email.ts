import { domainToASCII, domainToUnicode } from 'node:url';

import { withoutEscapes } from './escapes.ts';

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
/** Letters, digits and signs of an address's local part that any provider accepts without quotes (RFC 5321, 6531). */
const LOCAL = /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const TOP_LEVEL = /^(?:\p{L}{2,63}|xn--[a-z0-9-]{2,59})$/u;
const MAX_LENGTH = 254;
/** Most addresses that there are, and nothing that needs to be taken off. */
const USUAL = /^[a-z0-9_-][a-z0-9._+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const GOOGLE_DOMAINS = new Set(['gmail.com', 'googlemail.com']);
/** What names the kind of an address: of a link, of a bounce report (RFC 3464), of a directory. */
const SCHEME = /^(?:mailto\s*:\s*(?:\/\/|\?to=)|(?:mailto|smtp|rfc822|utf-8|e-?mail|to)\s*[:;]\s*|(?:e-?mail|to)=|prvs=[0-9a-z]{1,16}=)/;
const IN_BRACKETS = /<([^<>]*@[^<>]*)>/g;
const COMMENT = /^\([^()]*\)|\([^()]*\)$/g;
const BEFORE = /^[\s"'`´“”„‘’‚«»‹›<>()[\],;:]+/u;
const BEHIND = /[\s"'`´“”„‘’‚«»‹›<>()[\].,;:!?]+$/u;
const QUOTED_LOCAL = /^"([^"\s\\]+)"(?=@)/;
/**
 * Local parts that stand for another address, or have kept a sign of what was around them: bounce addresses (VERP, SRS:
 * `bounce+anna=kunde.shop@`), the rest of a query or a list (`=a@b`), a blank that became a plus (`+a@b`).
 */
const NOT_ITS_OWN = /^[^\p{L}\p{N}_"-]|=/u;
const MOST_LAYERS = 8;

/** An address trimmed and in lower case, as contacts have it and persons are told by; undefined if the text is none. */
export function normaliseEmail(text: string | null): string | undefined {
  const email = text?.trim().toLowerCase() ?? '';
  return ADDRESS.test(email) ? email : undefined;
}

/**
 * An address trimmed and in lower case, as every platform wants it before hashing; undefined if mail cannot reach it.
 * Quoted local parts, addresses without a dotted domain and letters in another form than their own (`ａ`, `𝐚`) are not
 * valid here: no platform matches them.
 */
export function validEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  const at = email.indexOf('@');
  if (at < 1 || email.length > MAX_LENGTH || !LOCAL.test(email.slice(0, at)) || email !== inOwnLetters(email)) return undefined;
  const labels = email.slice(at + 1).split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? '') ? email : undefined;
}

/**
 * The one address in a text that comes from outside, as mail systems write it (e-mail specification, "import-email"):
 * `Name <a@b>`, `mailto:a@b?subject=x`, `rfc822;a@b`, quotes, comments, trailing signs, invisible characters and the
 * escapes of URLs, HTML and JSON are taken off, wide and styled letters are made plain. What it gives is valid, and an
 * address of a contact as normaliseEmail gives it. Undefined if what is left is no address, several, or one that stands
 * for another: a blank within may have been a plus or part of a name, and a guess would be somebody else.
 */
export function readEmail(text: string | null): string | undefined {
  if (text === null) return undefined;
  const plain = text.trim().toLowerCase();
  if (plain.length <= MAX_LENGTH && USUAL.test(plain)) return plain;
  let rest = inOwnLetters(withoutEscapes(text)).toLowerCase();
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const inner = withoutLayer(rest);
    if (inner === rest) return NOT_ITS_OWN.test(rest.slice(0, rest.indexOf('@'))) ? undefined : validEmail(rest);
    rest = inner;
  }
  return undefined;
}

/** Compatibility forms of letters in their own: `ａ` and `𝐚` are `a`. What is in ASCII stays as it is. */
function inOwnLetters(text: string): string {
  return text.normalize('NFKC');
}

function withoutLayer(text: string): string {
  const bracketed = [...text.matchAll(IN_BRACKETS)];
  const inner = bracketed.length === 1 ? (bracketed[0]?.[1] ?? '') : text;
  const bare = inner.trim().replace(QUOTED_LOCAL, '$1').replace(COMMENT, '').replace(BEFORE, '').replace(BEHIND, '');
  const address = bare.replace(SCHEME, '');
  // What follows the address in a link of mail is its subject and text.
  return address !== bare && bare.startsWith('mailto') ? address.replace(/(@[^?]*)\?.*$/s, '$1') : address;
}

/**
 * The mailbox of a valid address that can be spelled in several ways, in one of them: at Gmail without dots and `+…`, a
 * domain beyond ASCII in Punycode. Undefined for an address with one spelling, which is nearly every other.
 */
export function mailboxOf(email: string): string | undefined {
  const at = email.indexOf('@');
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  if (GOOGLE_DOMAINS.has(domain)) {
    const bare = bareGoogleLocal(local);
    return bare === '' ? undefined : `${bare}@gmail.com`;
  }
  return isInternational(domain) ? `${local}@${asciiDomain(domain)}` : undefined;
}

/** The local part of a Gmail address without dots and `+…`; empty if nothing is left. */
export function bareGoogleLocal(local: string): string {
  return local.split('+')[0]?.replaceAll('.', '') ?? '';
}

/** True where Google takes several spellings for one address. */
export function isGoogleEmail(email: string): boolean {
  return GOOGLE_DOMAINS.has(email.slice(email.indexOf('@') + 1));
}

/** An address with its domain as it is, and in its other form if it has one: letters beyond ASCII, or Punycode. */
export function domainForms(email: string): string[] {
  const at = email.indexOf('@');
  const domain = email.slice(at + 1);
  if (!isInternational(domain)) return [email];
  return [...new Set([domain, asciiDomain(domain), domainToUnicode(domain) || domain])].map((form) => email.slice(0, at + 1) + form);
}

function isInternational(domain: string): boolean {
  return /[^ -~]|(?:^|\.)xn--/.test(domain);
}

function asciiDomain(domain: string): string {
  return domainToASCII(domain) || domain;
}
