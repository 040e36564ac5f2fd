import { describe, expect, test } from '@jest/globals';

import { keyOfHeader, keyText, newKey, parseKey, parseKeyId } from '../../../src/serve/keys/key-text.ts';

const made = newKey();
const text = keyText(made);
const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('a new key', () => {
  test('is hub_, 8 of base32, 43 of base64url, and another one each time', () => {
    const keys = Array.from({ length: 200 }, newKey);
    for (const key of keys) expect(keyText(key)).toMatch(/^hub_[a-z2-7]{8}_[A-Za-z0-9_-]{43}$/);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(200);
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(200);
  });

  test('is read back, whatever its secret has of _ and -', () => {
    const odd = { id: 'abcdefg2', secret: `_-${'a'.repeat(39)}-_` };
    expect(parseKey(keyText(odd))).toEqual(odd);
    expect(parseKey(text)).toEqual(made);
  });
});

describe('the key of a header', () => {
  test.each([
    ['Bearer', `Bearer ${text}`],
    ['bearer in lower case, with blanks', `bearer   ${text} `],
    ['Basic with the id', basic(made.id, made.secret)],
    ['Basic with hub_ before the id', basic(`hub_${made.id}`, made.secret)],
  ])('is found in %s', (_how, header) => {
    expect(keyOfHeader(header)).toEqual(made);
  });

  test.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['another scheme', `Digest ${text}`],
    ['a key without a scheme', text],
    ['a key that is cut', `Bearer ${text.slice(0, -1)}`],
    ['a key with more behind it', `Bearer ${text}x`],
    ['Basic without a colon', `Basic ${Buffer.from(made.id).toString('base64')}`],
    ['Basic with another name', basic('admin', made.secret)],
    ['Basic with an empty password', basic(made.id, '')],
    ['Basic that is no base64', 'Basic %%%'],
  ])('is none in %s', (_how, header) => {
    expect(keyOfHeader(header)).toBeUndefined();
  });
});

test('the id of a key is not a key', () => {
  expect([parseKeyId(made.id), parseKeyId(`hub_${made.id}`), parseKeyId(text), parseKeyId('')]).toEqual([made.id, made.id, undefined, undefined]);
});
