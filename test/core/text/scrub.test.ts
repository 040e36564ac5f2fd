import { describe, expect, test } from '@jest/globals';

import { scrub, scrubForeign } from '../../../src/core/text/scrub.ts';

describe('what leaves the machine', () => {
  test.each([
    ['an e-mail address', 'no row for anna.gruber+x@mail.example.', 'no row for <address>'],
    ['an address in brackets', 'to <anna@mail.example>, again', 'to <<address>>, again'],
    ['an address without a top-level domain', 'to anna@localhost', 'to <address>'],
    ['user and password of a URL', 'mysql://hub:s3cr3t@db:3306/hub is gone', 'mysql://db:3306/hub is gone'],
    ['an address that is escaped twice', 'to anna%2Egruber%2Bx%2540mail%2Eexample now', 'to <address> now'],
    ['an address in HTML', 'to anna&#64;mail.example', 'to <address>'],
    ['an address in JSON', '{"a":"anna\\u0040mail.example"}', '{"a":"<address>"}'],
    ['an address beyond ASCII', 'gerda@b\u00e4cker.example, gerda%40xn--bcker-gra.example', '<address>, <address>'],
    ['a password with a colon', 'https://u:a:b@host/', 'https://host/'],
  ])('holds no %s', (_title, text, scrubbed) => expect(scrub(text)).toBe(scrubbed));

  test.each([['a'.repeat(900_000)], ['a.'.repeat(450_000)], ['://'.repeat(300_000)]])('looks a long text through once', (long) => {
    expect(scrub(`${long} @ anna@mail.example`)).toMatch(/ @ <address>$/);
  });

  test('keeps ids, counts and places', () => {
    const text = 'batch 20260301T050000Z of alpina: row 12, 04ba21f14d48677e01cf6f6c9598a41a, 1,204 rows';
    expect(scrub(text)).toBe(text);
  });

  test.each([
    ['values that a library quotes', `Unexpected token 'A', "Anna Gruber" is not valid JSON`, 'Unexpected token <text>, <text> is not valid JSON'],
    ['phone numbers', 'cannot parse +43 660 123 45 67', 'cannot parse <number>'],
    ['card numbers', 'bad 4111 1111 1111 1111!', 'bad <number>!'],
  ])('holds no %s, if it is a message of others', (_title, text, scrubbed) => expect(scrubForeign(text)).toBe(scrubbed));
});
