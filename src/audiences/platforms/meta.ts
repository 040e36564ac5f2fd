import { countryCode } from '../../core/iso/countries.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Platform } from './platform.ts';

/** Meta custom audiences: the address as it is but for case and white space; the country, lower-case, is hashed too. */
export const meta: Platform = {
  name: 'meta',
  header: ['email', 'country'],
  hashedColumns: 2,
  minimumSize: 100,
  needs: 'marketing',
  foldsAddresses: false,
  forgetsMembers: false,
  row({ email, country }) {
    const code = countryCode(country);
    const hashes = `${sha256Hex(email)},${code === undefined ? '' : sha256Hex(code.toLowerCase())}`;
    return { hashes, line: hashes, shared: false };
  },
};
