import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { scrubProperties } from '../../../src/events/scrub/scrub.ts';

interface Case {
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly expect: { readonly value: unknown; readonly removed: readonly string[]; readonly changed: readonly string[] };
}

const { scrubbing } = JSON.parse(readFileSync('test/vectors/serve.json', 'utf8')) as { scrubbing: { cases: readonly Case[] } };
const scrub = (properties: Record<string, unknown>) => scrubProperties(properties, (id) => `usr_hash(${id})`);
const textOf = (note: string) => scrub({ note }).value['note'];

describe('the vectors of scrubbing', () => {
  test.each(scrubbing.cases.map((each) => [each.name, each] as const))('%s', (_name, { input, expect: wanted }) => {
    expect(scrub(input)).toEqual(wanted);
  });
});

test.each([
  ['an address in a sentence that goes on: anna@mail.ch, and more', 'an address in a sentence that goes on: [email], and more'],
  ['twice escaped: anna%2540mail.ch', 'twice escaped: [email]'],
  ['as HTML: anna&#64;mail.ch', 'as HTML: [email]'],
  ['IBAN DE89 3704 0044 0532 0130 00 from anna', 'IBAN [iban] from anna'],
  ['gb82west12345698765432 is one', '[iban] is one'],
  ['DE89370400440532013001 does not check', 'DE89370400440532013001 does not check'],
  ['5555-5555-5555-4444 and 378282246310005', '[card] and [card]'],
  ['9999999999999995 is of no network', '9999999999999995 is of no network'],
  ['0041 79 123 45 67 or +41 (0)79/123.45.67', '[phone] or [phone]'],
  ['2001:db8::1 and ::ffff:203.0.113.9', '[ip] and [ip]'],
  ['at 12:30:45, ratio 1:2:3', 'at 12:30:45, ratio 1:2:3'],
  ['999.1.1.1', '999.1.1.1'],
  ['/thanks?first_name=Anna&sku=S1#top', '/thanks?sku=S1#top'],
  ['see https://a.example/?mail=x then', 'see https://a.example/ then'],
  ['back (/thanks?phone=1) to="/a?email=x&b=1"', 'back (/thanks to="/a?b=1"'],
  ['to=https://a.example/?email=x?', 'to=https://a.example/'],
  ['really?email=x&b', 'really?email=x&b'],
])('%s', (text, wanted) => {
  expect(textOf(text)).toBe(wanted);
});

test.each([
  ['one word', 'a'.repeat(900_000)],
  ['pages without parameters', 'http://a.example/'.repeat(50_000)],
  ['escapes', '%61'.repeat(300_000)],
  ['digits', '41'.repeat(450_000)],
])('looks a text of the size of a request through once, whatever is in it: %s', (_name, long) => {
  expect(textOf(`${long} @ or anna@mail.ch`)).toMatch(/ @ or \[email\]$/);
});

test('takes out names of personal data however they are written, and keeps names of things', () => {
  const personal = ['e-mail', 'Billing Email', 'customerPhoneNumber', 'LAST_NAME', 'ip_address', 'shipping-address', 'anna@mail.ch', 'Vorname', 'Straße', 'telefon', 'Prénom', 'shippingStreet', 'Rechnungs-Telefonnummer'];
  const kept = ['product_name', 'campaign_name', 'email_opt_in', 'price', 'shipping', 'mailbox_size', 'zip_file'];
  const { value, removed } = scrub(Object.fromEntries([...personal, ...kept].map((name) => [name, 1])));
  expect([Object.keys(value), removed]).toEqual([kept, personal.map((name) => `/${name}`)]);
});

test('replaces the number of a card that comes as a number, and keeps other numbers', () => {
  expect(scrub({ card: 1, n: 4_111_111_111_111_111, total: 12.5, order: 1_234_567_890_123 })).toEqual({ value: { n: '[card]', total: 12.5, order: 1_234_567_890_123 }, removed: ['/card'], changed: ['/n'] });
});

test('hashes ids of users wherever they stand, and keeps no other form of one', () => {
  expect(scrub({ a: [{ customerId: 17, externalID: null, user_id: { id: 'u' } }] })).toEqual({ value: { a: [{ customerId: 'usr_hash(17)', externalID: null }] }, removed: ['/a/0/user_id'], changed: ['/a/0/customerId'] });
});

test('leaves no address in any text or name, and is the same when it is done again', () => {
  const address = fc.tuple(fc.stringMatching(/^[a-z0-9][a-z0-9._+-]{0,10}$/), fc.stringMatching(/^[a-z0-9]{1,8}\.(?:ch|co\.uk)$/)).map(([local, domain]) => `${local}@${domain}`);
  const around = fc.constantFrom('', ' ', 'to ', '(', 'q=', 'https://a.example/?x=');
  fc.assert(
    fc.property(address, around, fc.constantFrom('@', '%40', '%2540', '&#64;', '\\u0040'), (plain, before, sign) => {
      const once = scrub({ note: `${before}${plain.replace('@', sign)} end`, list: [plain] });
      expect(JSON.stringify(once.value)).not.toContain(plain.split('@')[1]);
      expect(scrubProperties(once.value, (id) => id).value).toEqual(once.value);
    }),
  );
});
