import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';

import { instantFromMillis, toDate } from '../../src/core/time.ts';
import { createSigner, secretProblem } from '../../src/net/signature.ts';

const vector = JSON.parse(readFileSync('test/vectors/webhook-signature.json', 'utf8')) as Record<'secret' | 'id' | 'body' | 'signature', string> & { timestamp: number };
const at = instantFromMillis(vector.timestamp * 1_000 + 789);

describe('a signer', () => {
  test('signs as the specification does', () => {
    expect(createSigner([vector.secret]).headers(vector.id, at, vector.body)).toEqual({
      'webhook-id': vector.id,
      'webhook-timestamp': String(vector.timestamp),
      'webhook-signature': vector.signature,
    });
  });

  test('signs with every secret, so that a receiver can change its own', () => {
    const other = `whsec_${Buffer.from('another secret of this destination').toString('base64')}`;
    const { 'webhook-signature': both = '' } = createSigner([other, vector.secret]).headers(vector.id, at, vector.body);
    expect(both.split(' ')).toHaveLength(2);
    expect(both.split(' ')[1]).toBe(vector.signature);
  });

  test('without secrets gives id and time only', () => {
    expect(Object.keys(createSigner([]).headers(vector.id, at, vector.body))).toEqual(['webhook-id', 'webhook-timestamp']);
  });

  test.each([
    ['whsec_???', 'is no base64'],
    [`"${vector.secret}"`, 'is no base64'],
    [`${vector.secret}\n`, 'line break'],
    [` ${vector.secret}`, 'white space'],
    [vector.secret.replace('whsec_', 'whsk_'), 'has the prefix "whsk_"'],
    [`whsec_${vector.secret}`, 'has the prefix "whsec_"'],
    [vector.secret.replace('whsec_', 'WHSEC_'), 'has the prefix "WHSEC_"'],
    [`whsec_${Buffer.alloc(23, 1).toString('base64')}`, '23 bytes'],
  ])('does not take %j and does not show it', (secret, problem) => {
    expect(secretProblem(secret)).toContain(problem);
    expect(secretProblem(secret)).not.toContain(secret.trim());
    expect(() => createSigner([secret])).toThrow(problem);
  });

  test('does not take an empty secret', () => {
    expect(secretProblem('whsec_')).toContain('is no base64');
  });

  test('signs the same with the three spellings of a secret, and as the reference library does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        const key = Buffer.from(bytes);
        const spellings = [`whsec_${key.toString('base64')}`, key.toString('base64').replace(/=+$/, ''), key.toString('base64url')].filter((secret) => !/^whs/i.test(secret.slice(6)));
        const body = text.toWellFormed();
        const signatures = spellings.map((secret) => createSigner([secret]).headers('rel_1', at, body)['webhook-signature']);
        expect(new Set(signatures)).toEqual(new Set([new Webhook(key.toString('base64')).sign('rel_1', toDate(at), body)]));
      }),
    );
  });
});
