import { countryCode } from '../../core/iso/countries.ts';
import { isGoogleEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import { googleEmail } from './email.ts';
import { firstNameOf, lastNameOf } from './name.ts';
import { internationalPhone } from './phone.ts';
import type { Platform } from './platform.ts';

/** What a postal code can look like anywhere; anything else is left out rather than sent as free text. */
const POSTAL_CODE = /^[A-Z0-9](?:[A-Z0-9 -]{0,10}[A-Z0-9])?$/;

/** Google Customer Match: names without titles, trimmed and lower-case, phones in E.164; country and postal code are not hashed. */
export const google: Platform = {
  name: 'google',
  header: ['Email', 'Phone', 'First Name', 'Last Name', 'Country', 'Zip'],
  hashedColumns: 4,
  minimumSize: 100,
  needs: 'marketing',
  foldsAddresses: true,
  forgetsMembers: true,
  row(addressee) {
    const email = googleEmail(addressee.email);
    if (email === undefined) return undefined;
    const country = countryCode(addressee.country);
    const phone = internationalPhone(addressee.phone, country);
    const hashes = [email, phone, firstNameOf(addressee.firstName), lastNameOf(addressee.lastName)].map(hashed).join(',');
    const postalCode = addressee.postalCode?.trim().toUpperCase() ?? '';
    const line = `${hashes},${country ?? ''},${POSTAL_CODE.test(postalCode) ? postalCode : ''}`;
    return { hashes, line, shared: isGoogleEmail(email) };
  },
};

/** What is not known stays empty: the hash of nothing would match everybody of whom nothing is known. */
function hashed(text: string): string {
  return text === '' ? '' : sha256Hex(text);
}
