import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { validEmail } from '../../../src/core/text/email.ts';
import { googleEmail } from '../../../src/audiences/platforms/email.ts';
import { platforms, type PlatformName } from '../../../src/audiences/platforms/index.ts';

const NOBODY = { phone: null, firstName: null, lastName: null, country: null, postalCode: null };
const vectors = JSON.parse(readFileSync('test/vectors/email-hashes.json', 'utf8')) as { platform: PlatformName; input: string; normalised: string; sha256: string }[];
const invalid = JSON.parse(readFileSync('test/vectors/email-invalid.json', 'utf8')) as string[];

describe('an address, as the platforms publish it', () => {
  test.each(vectors)('$input becomes $normalised on $platform', ({ platform, input, normalised, sha256 }) => {
    const email = validEmail(input) ?? '';
    expect(platform === 'google' ? googleEmail(email) : email).toBe(normalised);
    expect(platforms[platform].row({ ...NOBODY, email })?.hashes.split(',')[0]).toBe(sha256);
  });

  test.each(invalid)('%j is none', (input) => {
    expect(validEmail(input)).toBeUndefined();
  });

  test.each(['a@b.co', "o'hara+x@sub.domain.example", 'grüße@bücher.example', 'x_y-z@a-b.de', 'a@xn--bcher-kva.example', `${'l'.repeat(64)}@post.at`])('%s is one', (input) => {
    expect(validEmail(input)).toBe(input);
  });

  test.each(['a@b.c', 'a@-b.com', 'a@b-.com', 'a@b.123', 'a@[127.0.0.1]', 'a,b@c.com', 'a;b@c.com', '<a@b.com>', `${'l'.repeat(65)}@post.at`, `a@${'b.'.repeat(130)}com`])('%s is none either', (input) => {
    expect(validEmail(input)).toBeUndefined();
  });

  test('keeps its domain on google, and loses dots and what follows a plus there alone', () => {
    expect(googleEmail('a.b+c@googlemail.com')).toBe('ab@googlemail.com');
    expect(googleEmail('a.b+c@gmail.example')).toBe('a.b+c@gmail.example');
    expect(googleEmail('+c@gmail.com')).toBeUndefined();
  });

  test('is normal after being made so once', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.constantFrom(' ', '\t', '', '\n'), (address, space) => {
        const email = validEmail(space + address.toUpperCase() + space);
        if (email === undefined) return;
        expect(validEmail(email)).toBe(email);
        expect(sha256Hex(googleEmail(googleEmail(email) ?? '') ?? '')).toBe(sha256Hex(googleEmail(email) ?? ''));
      }),
    );
  });
});
