import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { domainForms, mailboxOf, readEmail, validEmail } from '../../../src/core/text/email.ts';

const ADDRESS = 'anna.gruber+shop@kunde.shop';

describe('an address as others write it', () => {
  test.each([
    ' Anna.Gruber+Shop@Kunde.Shop\t',
    '<anna.gruber+shop@kunde.shop>',
    'Anna Gruber <anna.gruber+shop@kunde.shop>',
    '"Gruber, Anna" <anna.gruber+shop@kunde.shop>',
    '"info@kunde.shop" <anna.gruber+shop@kunde.shop>',
    'mailto:anna.gruber+shop@kunde.shop',
    'mailto:anna.gruber+shop@kunde.shop?subject=stop',
    '<mailto:anna.gruber+shop@kunde.shop>',
    'rfc822;anna.gruber+shop@kunde.shop',
    'RFC822; anna.gruber+shop@kunde.shop',
    'SMTP:anna.gruber+shop@kunde.shop',
    '"anna.gruber+shop@kunde.shop"',
    "'anna.gruber+shop@kunde.shop'",
    '„anna.gruber+shop@kunde.shop“',
    '"anna.gruber+shop"@kunde.shop',
    'anna.gruber+shop@kunde.shop.',
    'anna.gruber+shop@kunde.shop,',
    'anna.gruber+shop@kunde.shop;',
    'anna.gruber+shop@kunde.shop (Anna)',
    '[anna.gruber+shop@kunde.shop]',
    'anna.gruber+shop%40kunde.shop',
    'anna.gruber%2Bshop@kunde.shop',
    'anna%2Egruber%252Bshop%2540kunde.shop',
    'anna.gruber+shop&#64;kunde.shop',
    'anna.gruber+shop&#x40;kunde.shop',
    'anna.gruber&plus;shop&commat;kunde&period;shop',
    '&lt;anna.gruber+shop@kunde.shop&gt;',
    'anna.gruber+shop\\u0040kunde.shop',
    'anna.gruber+shop@kunde.shop\u200b',
    '\ufeffanna.gruber+\u00adshop@\u2060kunde.shop',
    'anna.gruber+shop\uff20kunde\uff0eshop',
    '\uff41\uff4e\uff4e\uff41.gruber+shop@\uff4b\uff55\uff4e\uff44\uff45.shop',
    '\u{1d41a}nna.gruber+shop@kunde.shop',
    'mailto://anna.gruber+shop@kunde.shop',
    'mailto:?to=anna.gruber+shop@kunde.shop',
    'email=anna.gruber+shop@kunde.shop',
    'prvs=1234567890=anna.gruber+shop@kunde.shop',
  ])('%j is read', (text) => expect(readEmail(text)).toBe(ADDRESS));

  test.each(['', ' ', 'anna', 'anna.gruber shop@kunde.shop', 'Anna anna@kunde.shop', 'a@kunde.shop, b@kunde.shop', '<a@b.at> <c@d.at>', 'a@b', 'a@@b.at', 'undisclosed-recipients:;', 'anna (at) kunde.shop', '=anna@kunde.shop', '+anna@kunde.shop', '#anna@kunde.shop', '.anna@kunde.shop', '+anna%40kunde.shop', 'bounce+7=anna=kunde.shop@news.example', 'SRS0=ab=cd=kunde.shop=anna@forward.example'])(
    '%j is none, or not one',
    (text) => expect(readEmail(text)).toBeUndefined(),
  );

  test('with letters beyond ASCII is one, however it is composed', () => {
    expect(readEmail('Gerda@Ba\u0308ckerei.example')).toBe('gerda@b\u00e4ckerei.example');
    expect(readEmail('gerda@b%C3%A4ckerei.example')).toBe('gerda@b\u00e4ckerei.example');
  });

  test('that is valid is read as it is, so that it is the address of its contact', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const email = validEmail(address);
        fc.pre(email !== undefined && !/%[0-9a-f]{2}|&|^[^\p{L}\p{N}_-]|=/u.test(email));
        expect(readEmail(address)).toBe(email);
      }),
    );
  });
});

describe('a valid address', () => {
  test('has its letters in their own form: no platform takes another for them', () => {
    expect(validEmail('anna@kunde.shop')).toBe('anna@kunde.shop');
    expect(validEmail('\uff41nna@kunde.shop')).toBeUndefined();
    expect(validEmail('\u{1d41a}nna@kunde.shop')).toBeUndefined();
  });
});

describe('a mailbox', () => {
  test.each([
    ['lena.kurz@gmail.com', 'lenakurz@gmail.com'],
    ['l.e.n.a.kurz+shop@googlemail.com', 'lenakurz@gmail.com'],
    ['gerda@b\u00e4ckerei.example', 'gerda@xn--bckerei-5wa.example'],
    ['gerda@xn--bckerei-5wa.example', 'gerda@xn--bckerei-5wa.example'],
    ['lena.kurz+x@kunde.shop', undefined],
    ['+x@gmail.com', undefined],
  ])('of %s is %s', (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));

  test('has a domain in two forms, if its letters are beyond ASCII', () => {
    expect(domainForms('gerda@xn--bckerei-5wa.example')).toEqual(['gerda@xn--bckerei-5wa.example', 'gerda@b\u00e4ckerei.example']);
    expect(domainForms('gerda@kunde.shop')).toEqual(['gerda@kunde.shop']);
  });
});
