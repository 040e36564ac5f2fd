import { createHmac } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import { sign } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';

import { compileWebhooks } from '../../../src/webhooks/declare/webhooks.ts';
import { github } from '../../../src/webhooks/schemes/github.ts';
import { shopify } from '../../../src/webhooks/schemes/shopify.ts';
import { standard } from '../../../src/webhooks/schemes/standard.ts';
import { stripe } from '../../../src/webhooks/schemes/stripe.ts';
import { verify } from '../../../src/webhooks/schemes/verify.ts';
import vectors from '../../vectors/serve.json' with { type: 'json' };
import { webhooksFile } from '../declare/webhooks-file.ts';

interface Vector {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>> & { readonly secrets: readonly string[] };
  readonly headers: Readonly<Record<string, string>>;
  readonly now: number;
  readonly body?: string;
  readonly body_base64?: string;
  readonly expect: object;
}

const NOW = 1_773_144_000;
const lower = (headers: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

test.each((vectors.webhooks.cases as unknown as readonly Vector[]).map((each) => [each.name, each] as const))('%s', (_name, { source, headers, now, body, body_base64: base64, expect: expected }) => {
  const { secrets, ...keys } = source;
  const { webhooks, variables } = webhooksFile({ ...keys, secrets });
  const compiled = compileWebhooks(webhooks, { brands: ['alpina'], variable: (name) => variables.get(name) });
  expect(compiled.problems).toEqual([]);
  const [declared] = compiled.sources;
  if (declared === undefined) throw new Error('no source was read');
  const bytes = base64 === undefined ? Buffer.from(body ?? '', 'utf8') : Buffer.from(base64, 'base64');
  expect(verify(declared, { headers: lower(headers), body: bytes }, now)).toMatchObject(expected);
});

describe('the bytes of a body', () => {
  const secret = `whsec_${Buffer.from('a secret of this test, 32 bytes long').toString('base64')}`;
  const oracle = new Webhook(secret);

  test('are verified as the library of Standard Webhooks signs them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (body) => {
        const at = new Date(NOW * 1_000);
        const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW), 'webhook-signature': oracle.sign('msg_1', at, body) };
        expect(verify({ scheme: standard, keys: [standard.keyOf(secret)], tolerance: 300 }, { headers, body: Buffer.from(body) }, NOW)).toMatchObject({ ok: true, id: 'msg_1' });
      }),
    );
  });

  test('are verified as the library of GitHub signs them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (body) => {
        const headers = { 'x-hub-signature-256': await sign('key', body) };
        expect(verify({ scheme: github, keys: [Buffer.from('key')], tolerance: 300 }, { headers, body: Buffer.from(body) }, NOW)).toMatchObject({ ok: true });
      }),
    );
  });

  test('that are changed in any place are refused by every scheme', () => {
    const key = Buffer.from('key');
    const digest = (pieces: readonly (string | Buffer)[], encoding: 'hex' | 'base64'): string => pieces.reduce((hmac, piece) => hmac.update(piece), createHmac('sha256', key)).digest(encoding);
    const signed = {
      stripe: (body: Buffer) => ({ scheme: stripe, headers: { 'stripe-signature': `t=${NOW},v1=${digest([`${NOW}.`, body], 'hex')}` } }),
      shopify: (body: Buffer) => ({ scheme: shopify, headers: { 'x-shopify-hmac-sha256': digest([body], 'base64') } }),
      github: (body: Buffer) => ({ scheme: github, headers: { 'x-hub-signature-256': `sha256=${digest([body], 'hex')}` } }),
    };
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(signed)), fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (sign, bytes, at, change) => {
        const { scheme, headers } = sign(Buffer.from(bytes));
        const expectation = { scheme, keys: [Buffer.from('another key'), key], tolerance: 300 };
        expect(verify(expectation, { headers, body: Buffer.from(bytes) }, NOW)).toMatchObject({ ok: true });
        const changed = Buffer.from(bytes);
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ change;
        expect(verify(expectation, { headers, body: changed }, NOW)).toEqual({ ok: false, reason: 'bad_signature' });
      }),
    );
  });
});

describe('an event', () => {
  const key = Buffer.from('key');
  const sent = (headers: Readonly<Record<string, string>>) => verify({ scheme: github, keys: [key], tolerance: 300 }, { headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update('x').digest('hex')}`, ...headers }, body: Buffer.from('x') }, NOW);

  test('whose id no column could hold is told by the hash of its id, so that it is the same event again', () => {
    const long = 'd'.repeat(256);
    const [first, second] = [sent({ 'x-github-delivery': long }), sent({ 'x-github-delivery': `${long}e` })];
    expect(first).toMatchObject({ ok: true, id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(sent({ 'x-github-delivery': long })).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test('of a type that is no word has none', () => {
    expect(sent({ 'x-github-delivery': 'd', 'x-github-event': 'a b' })).toMatchObject({ ok: true, id: 'd', type: null });
  });
});

test('no secret is right where a source has no key', () => {
  expect(verify({ scheme: github, keys: [], tolerance: 300 }, { headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, body: Buffer.from('') }, NOW)).toEqual({ ok: false, reason: 'bad_signature' });
});
