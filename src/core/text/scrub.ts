import { mayHoldAddress } from './addresses.ts';
import { unescaped } from './escapes.ts';

/** Begins only where a run of its characters does, so that no run is looked through once for each of them. */
const ADDRESS = /(?<![^\s<>"'`,;:()[\]{}=/@])[^\s<>"'`,;:()[\]{}=/@]+@[^\s<>"'`,;:()[\]{}=]+/g;
/** No scheme that is in use is longer. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,40}:\/\/)[^\s/@]*@/gi;
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g;
const LONG_NUMBER = /\+?\d[\d ()/-]{7,}\d/g;

/** A text that leaves the machine: without e-mail addresses, however escaped, and the user and password of URLs. */
export function scrub(text: string): string {
  return withoutAddresses(text.replace(CREDENTIALS, '$1'));
}

/**
 * The message of an error that hub did not make, for what leaves the machine: libraries quote the values that they were
 * given, so quoted texts and what could be a phone or card number go too.
 */
export function scrubForeign(text: string): string {
  return scrub(text).replace(QUOTED, '<text>').replace(LONG_NUMBER, '<number>');
}

/** Rather too much than too little: what stands around the sign goes up to the next blank or bracket. */
function withoutAddresses(text: string): string {
  return replaceAddresses(text, ADDRESS, '<address>');
}

/**
 * Replaces addresses, however they are escaped: where each character of one stood is known.
 * @param addresses matches them where nothing is escaped, all of them
 */
export function replaceAddresses(text: string, addresses: RegExp, replacement: string): string {
  if (!mayHoldAddress(text)) return text;
  const { text: plain, starts } = unescaped(text);
  let replaced = '';
  let done = 0;
  for (const { index, 0: address } of plain.matchAll(addresses)) {
    replaced += `${text.slice(done, starts[index])}${replacement}`;
    done = starts[index + address.length] ?? text.length;
  }
  return replaced + text.slice(done);
}
