import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

import { countryCode } from '../../../core/countries.ts';
import { sha256Hex } from '../../../core/hash.ts';
import { googleEmail, isGoogleEmail } from '../email.ts';
import type { Platform } from './platform.ts';

/** What a postal code can look like anywhere; anything else is left out rather than sent as free text. */
const POSTAL_CODE = /^[A-Z0-9](?:[A-Z0-9 -]{0,10}[A-Z0-9])?$/;

/** Google Customer Match: names trimmed and lower-case, phones in E.164; country and postal code are not hashed. */
export const google: Platform = {
  name: 'google',
  header: ['Email', 'Phone', 'First Name', 'Last Name', 'Country', 'Zip'],
  hashedColumns: 4,
  minimumSize: 100,
  needs: 'marketing',
  row(addressee) {
    const email = googleEmail(addressee.email);
    if (email === undefined) return undefined;
    const country = countryCode(addressee.country);
    const phone = internationalPhone(addressee.phone, country);
    const hashes = [email, phone, nameOf(addressee.firstName), nameOf(addressee.lastName)].map(hashed).join(',');
    const postalCode = addressee.postalCode?.trim().toUpperCase() ?? '';
    const line = `${hashes},${country ?? ''},${POSTAL_CODE.test(postalCode) ? postalCode : ''}`;
    return { hashes, line, shared: isGoogleEmail(email) };
  },
};

/** A number in E.164, national ones as of the country; empty if it cannot be a number there. */
export function internationalPhone(text: string | null, country: string | undefined): string {
  if (text === null || text.trim() === '') return '';
  const number = parsePhoneNumberFromString(text, country as CountryCode | undefined);
  return number?.isPossible() === true ? number.number : '';
}

function nameOf(text: string | null): string {
  return text?.trim().toLowerCase() ?? '';
}

/** What is not known stays empty: the hash of nothing would match everybody of whom nothing is known. */
function hashed(text: string): string {
  return text === '' ? '' : sha256Hex(text);
}
