const ADDRESS = /[^\s<>"'`,;:()[\]{}=/@]+@[^\s<>"'`,;:()[\]{}=]+/g;
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g;
const LONG_NUMBER = /\+?\d[\d ()/-]{7,}\d/g;

/** A text that leaves the machine: without e-mail addresses and the user and password of URLs. */
export function scrub(text: string): string {
  return text.replace(CREDENTIALS, '$1').replace(ADDRESS, '<address>');
}

/**
 * The message of an error that hub did not make, for what leaves the machine: libraries quote the values that they were
 * given, so quoted texts and what could be a phone or card number go too.
 */
export function scrubForeign(text: string): string {
  return scrub(text).replace(QUOTED, '<text>').replace(LONG_NUMBER, '<number>');
}
