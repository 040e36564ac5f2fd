import { expect, test } from '@jest/globals';

import { createRedactor } from '../../src/net/redact.ts';

test('secrets are hidden as they are, in their URL form, and when one is the beginning of another', () => {
  const redactor = createRedactor(['key+1', 'key+1/long']);
  expect(redactor.text('a key+1 b key%2B1 c key+1/long d')).toBe('a [redacted] b [redacted] c [redacted] d');
});

test('headers that hold secrets by their name or their origin are hidden whole', () => {
  const redactor = createRedactor(['s3cret']);
  expect(redactor.headers({ Authorization: 'x', 'x-api-key': 'y', cookie: 'z', 'x-own': 'abc', 'x-echo': 'is s3cret', accept: '*/*' }, new Set(['x-own']))).toEqual({
    Authorization: '[redacted]',
    'x-api-key': '[redacted]',
    cookie: '[redacted]',
    'x-own': '[redacted]',
    'x-echo': 'is [redacted]',
    accept: '*/*',
  });
});

test('a path of the environment is hidden in URLs, and elsewhere if it is as long as a token', () => {
  const short = createRedactor([], ['orders']);
  expect([short.url('https://h/orders?x'), short.text('two orders')]).toEqual(['https://h/[redacted]?x', 'two orders']);
  expect(createRedactor([], ['T00/B00/x1']).text('sent to T00/B00/x1')).toBe('sent to [redacted]');
});
