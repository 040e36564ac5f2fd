import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import { firstNameOf, lastNameOf } from '../../src/audiences/platforms/name.ts';
import { internationalPhone } from '../../src/audiences/platforms/phone.ts';
import { google } from '../../src/audiences/platforms/google.ts';
import { platformNames, platforms } from '../../src/audiences/platforms/index.ts';
import { meta } from '../../src/audiences/platforms/meta.ts';
import { removalLine, type Addressee } from '../../src/audiences/platforms/platform.ts';

const somebody: Addressee = { email: 'a@post.at', phone: null, firstName: null, lastName: null, country: null, postalCode: null };

describe('google', () => {
  // From the tests of Google's own data-manager formatters.
  test.each([
    ['Phone', { phone: ' 1-800-555-0100 ', country: 'US' }, 1, 'fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30'],
    ['Phone', { phone: '+18005550100' }, 1, 'fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30'],
    ['First Name', { firstName: '  GivenName ' }, 2, '128a07bfe2df877c52076e60d7774cf5baaa046c5a6c48daf30ff43ecca2f814'],
    ['Last Name', { lastName: ' Familyname' }, 3, '77762c287e61ce065bee5c15464012c6fbe088398b8057627d5577249430d574'],
  ])('hashes %s %j as Google does', (column, fields, index, hash) => {
    expect(google.header[index]).toBe(column);
    expect(google.row({ ...somebody, ...fields })?.line.split(',')[index]).toBe(hash);
  });

  test('leaves empty what is not known, and does not hash nothing', () => {
    expect(google.row(somebody)?.line).toBe(`${sha256Hex('a@post.at')},,,,,`);
    expect(google.row({ ...somebody, phone: '  ', firstName: ' ', postalCode: ' ' })?.line).not.toContain(sha256Hex(''));
  });

  test.each([
    ['1010', '1010'],
    [' sw1a 1aa ', 'SW1A 1AA'],
    ['=cmd()', ''],
    ['1,2', ''],
    ['see notes, please call first', ''],
  ])('takes the postal code %j as %j', (postalCode, written) => {
    expect(google.row({ ...somebody, postalCode })?.line.split(',').slice(4)).toEqual(['', written]);
  });

  test.each([
    ['0664 1234567', 'AT', '+436641234567'],
    ['+43 (0)664 1234567', undefined, '+436641234567'],
    ['030/123456', 'DE', '+4930123456'],
    ['0664 1234567', undefined, ''],
    ['call me', 'AT', ''],
    ['1', 'AT', ''],
    ['49171 2345678', 'DE', '+491712345678'],
    ['436641234567', 'AT', '+436641234567'],
    ['0043 664 1234567', 'DE', '+436641234567'],
    ['0044 20 7946 0958', undefined, '+442079460958'],
    ['1 212 555 0142', 'US', '+12125550142'],
    ['2125550142', undefined, ''],
    ['0000000000', 'DE', ''],
    ['+49 1111111111', 'DE', ''],
    ['12345678', 'AT', ''],
    [null, 'AT', ''],
  ])('reads the phone %j of %s as %j', (text, country, number) => {
    expect(internationalPhone(text, country)).toBe(number);
  });
});

describe('a name on google', () => {
  test.each([
    ['Mrs. Ann', 'Miller Jr.', 'ann', 'miller'],
    ['Dr. med. Anna', 'von Gruber', 'anna', 'von gruber'],
    ['Frau Prof. Dr. Eva', 'Berg, PhD', 'eva', 'berg'],
    ['Don', 'Ma', 'don', 'ma'],
    ['Don Carlos', 'Junior', 'carlos', 'junior'],
    ['Herr', ' Mr. Smith III ', '', 'smith'],
  ])('%s %s has no title', (first, last, firstName, lastName) => expect([firstNameOf(first), lastNameOf(last)]).toEqual([firstName, lastName]));
});

describe('meta', () => {
  test('hashes the country in lower case, in whatever language it is written', () => {
    for (const country of ['AT', 'at', 'Österreich', ' AUSTRIA ', 'Autriche']) expect(meta.row({ ...somebody, country })?.line).toBe(`${sha256Hex('a@post.at')},${sha256Hex('at')}`);
    expect(meta.row({ ...somebody, country: 'Atlantis' })?.line).toBe(`${sha256Hex('a@post.at')},`);
  });
});

describe('every platform', () => {
  test.each(platformNames)('%s has a line as long as its header, and a removal of its hashes alone', (name) => {
    const platform = platforms[name];
    const row = platform.row({ ...somebody, country: 'AT', postalCode: '1010', firstName: 'A', phone: '+436641234567' });
    expect(row?.line.split(',')).toHaveLength(platform.header.length);
    expect(row?.hashes.split(',')).toHaveLength(platform.hashedColumns);
    expect(row?.hashes.split(',').every((hash) => /^$|^[0-9a-f]{32}$|^[0-9a-f]{64}$/.test(hash))).toBe(true);
    const removal = removalLine(platform, row?.hashes ?? '');
    expect(removal.split(',')).toHaveLength(platform.header.length);
    expect(removal).not.toContain('1010');
  });

  test('has the header that the platform asks for', () => {
    expect(Object.fromEntries(platformNames.map((name) => [name, platforms[name].header.join(',')]))).toEqual({
      google: 'Email,Phone,First Name,Last Name,Country,Zip',
      meta: 'email,country',
      tiktok: 'email_sha256',
      csv: 'sha256,md5',
    });
  });
});
