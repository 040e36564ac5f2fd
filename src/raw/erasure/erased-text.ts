import { normaliseEmail, replaceAddresses } from '../../core/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import { fold } from '../../core/text.ts';

/** What stands where something was erased. */
export const ERASED = '[erased]';

const WORD = /[\p{L}\p{N}]+/gu;
const SHORTEST = 3;
const HASH_LENGTH = 16;

/** A word as it is remembered: hashed with the person's own hash, so that one name tells nothing of another person. */
function hashedWord(emailSha256: string, word: string): string {
  return sha256Hex(`${emailSha256} ${fold(word)}`).slice(0, HASH_LENGTH);
}

/** The words of names and phone numbers that must not stay in free text, hashed and sorted. */
export function hashedWords(emailSha256: string, texts: readonly (string | null)[]): string[] {
  const words = texts.flatMap((text) => text?.match(WORD) ?? []).filter((word) => word.length >= SHORTEST);
  return [...new Set(words.map((word) => hashedWord(emailSha256, word)))].sort();
}

/** The text without addresses and without these words. */
export function withoutWords(text: string, emailSha256: string, words: ReadonlySet<string>): string {
  return replaceAddresses(text, () => ERASED).replace(WORD, (word) => (word.length >= SHORTEST && words.has(hashedWord(emailSha256, word)) ? ERASED : word));
}

/** True if an address with one of these hashes stands in the text. */
export function namesAddress(text: string, isErased: (emailSha256: string) => boolean): boolean {
  let found = false;
  replaceAddresses(text, (address) => {
    found ||= isErased(sha256Hex(address));
    return address;
  });
  return found;
}

/** The hash of an address as it stands in a column; undefined if it is none. */
export function addressHash(text: string | null): string | undefined {
  const email = normaliseEmail(text);
  return email === undefined ? undefined : sha256Hex(email);
}
