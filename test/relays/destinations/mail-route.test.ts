import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { addressesOf, addressTexts, domainOf, mailServerOf, senderProblem, shownServer } from '../../../src/relays/destinations/mail-route.ts';

describe('the URL of a mail server', () => {
  test.each([
    ['smtp://mail.example', { host: 'mail.example', port: 587, isImplicitTls: false, user: undefined }],
    ['smtps://mail.example/', { host: 'mail.example', port: 465, isImplicitTls: true }],
    ['smtps://u%40x:p%3A%2F@mail.example:2465', { port: 2465, user: 'u@x', password: 'p:/' }],
    ['smtp://[2001:db8::1]:25', { host: '2001:db8::1', port: 25 }],
  ])('%s is read', (url, expected) => {
    expect(mailServerOf('${HUB_SMTP_URL}', url)).toMatchObject(expected);
  });

  test.each([
    ['https://mail.example', 'must begin with smtps:// or smtp://'],
    ['mail.example', 'is no URL'],
    ['smtp://mail.example/inbox', 'must end with the host'],
    ['smtp://mail.example?x=1', 'must end with the host'],
    ['smtps://u:%zz@mail.example', 'has a % that encodes nothing'],
  ])('%s is refused', (url, problem) => {
    expect(mailServerOf('${HUB_SMTP_URL}', url)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('is refused with a password that stands in the file, and shown without one', () => {
    expect(mailServerOf('smtps://u:secret@mail.example', 'smtps://u:secret@mail.example')).toEqual({ problem: expect.stringContaining('holds a password') });
    const server = mailServerOf('smtps://${U}:${P}@[2001:db8::1]', 'smtps://u:secret@[2001:db8::1]');
    expect('host' in server && shownServer(server)).toBe('smtps://[2001:db8::1]:465');
  });
});

test('recipients are those of the file and of variables, each once, by the hash of the address in lower case', () => {
  const texts = addressTexts(['Team@shop.example', '${HUB_MAIL_TO}', '${NOT_SET}'], (name) => (name === 'HUB_MAIL_TO' ? 'a@shop.example, team@shop.example ,' : ''));
  expect(texts).toEqual(['Team@shop.example', 'a@shop.example', 'team@shop.example']);
  expect([...addressesOf(texts)]).toEqual(['team@shop.example', 'a@shop.example'].map((address) => [sha256Hex(address), address]));
});

test('a sender is an address with a name or without', () => {
  expect([senderProblem('hub@shop.example'), senderProblem('The hub <hub@shop.example>')]).toEqual([undefined, undefined]);
  expect(senderProblem('The hub')).toContain('is no address');
  expect(senderProblem('Hub <hub@shop.example>\r\nBcc: x@y.example')).toContain('is no address');
  expect([domainOf('hub@Shop.example'), domainOf('Hub <hub@shop.example>')]).toEqual(['shop.example', 'shop.example']);
});
