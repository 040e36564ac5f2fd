import { createRequire } from 'node:module';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js';

const SHORTEST_FILLER = 6;
const RUNS = ['012345678901234567890', '098765432109876543210'];
let loaded: typeof import('libphonenumber-js') | undefined;

/**
 * A number in E.164, national ones as of the country; empty if it cannot be a number there. One that is written with its
 * country code and no plus is read with it: a second code before it would make it somebody else's number.
 */
export function internationalPhone(text: string | null, country: string | undefined): string {
  const written = (text?.trim() ?? '').replace(/^00(?=[1-9])/, '+');
  if (written === '' || isFiller(written)) return '';
  const { parsePhoneNumberFromString } = phoneNumbers();
  const number = parsePhoneNumberFromString(written, country as CountryCode | undefined);
  const withCode = written.startsWith('+') ? undefined : parsePhoneNumberFromString(`+${written.replace(/\D/g, '')}`);
  if (country === undefined || withCode?.country !== country || !withCode.isValid()) return numberOf(number);
  if (number?.isValid() !== true || number.number === withCode.number) return numberOf(withCode);
  // Both can be right, but where people write a 0 before a number of their country, this one is none.
  return number.formatNational().startsWith('0') ? numberOf(withCode) : '';
}

/** Loaded with the first number: it knows how numbers are written all over the world. */
function phoneNumbers(): typeof import('libphonenumber-js') {
  return (loaded ??= createRequire(import.meta.url)('libphonenumber-js') as typeof import('libphonenumber-js'));
}

function numberOf(number: PhoneNumber | undefined): string {
  return number?.isPossible() === true && !isFiller(number.nationalNumber) ? number.number : '';
}

/** What people type into a field that they must fill: 0000…, 1111…, 12345678. */
function isFiller(text: string): boolean {
  const digits = text.replace(/\D/g, '').replace(/^0+(?=[1-9])/, '');
  return digits.length >= SHORTEST_FILLER && (new Set(digits).size === 1 || RUNS.some((run) => run.includes(digits)));
}
