import { replaceAddresses, replaceWanted } from '../../core/text/addresses.ts';
import { domainForms, normaliseEmail, readEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import { fold } from '../../core/text/text.ts';

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
  const unnamed = withoutErased(text, (hash) => hash === emailSha256);
  return replaceAddresses(unnamed, () => ERASED).replace(WORD, (word) => (word.length >= SHORTEST && words.has(hashedWord(emailSha256, word)) ? ERASED : word));
}

/** The text without any spelling of the addresses with one of these hashes. */
export function withoutErased(text: string, isErased: (emailSha256: string) => boolean): string {
  return replaceWanted(text, isErased, sha256Hex, ERASED);
}

/** The hashes of an address as it stands in a column: as persons are told by it, and as it is read if that differs. */
export function addressHashes(text: string | null): string[] {
  const forms = [normaliseEmail(text), readEmail(text)].filter((email) => email !== undefined).flatMap(domainForms);
  return [...new Set(forms)].map(sha256Hex);
}
