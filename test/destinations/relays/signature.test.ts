import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { instantFromMillis } from '../../../src/core/time.ts';
import { createSigner } from '../../../src/destinations/relays/signature.ts';

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

  test.each(['whsec_', 'whsec_???'])('does not take %j and does not show it', (secret) => {
    expect(() => createSigner([secret])).toThrow(/^(?!.*\?\?\?)/);
  });
});
