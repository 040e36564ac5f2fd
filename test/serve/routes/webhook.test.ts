import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { HubError } from '../../../src/core/errors.ts';
import type { WebhookRecord } from '../../../src/webhooks/webhook-record.ts';
import { PROJECT } from '../../support/program/hub.ts';
import { testServer, type TestServer } from '../running.ts';
import { stripeHeaders, testSources } from '../webhook-sources.ts';

const BODY = '{"id":"evt_1","type":"charge.refunded","data":{"email":"anna@mail.ch"}}';
const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(join(PROJECT, 'schemas', 'intake-webhook.v1.json'), 'utf8')) as object);

const webhookServer = (change: Parameters<typeof testServer>[0] = {}): Promise<TestServer> => testServer({ parts: ['webhooks'], webhooks: () => testSources(), ...change });
let server: TestServer;
beforeAll(async () => {
  server = await webhookServer();
});

const post = (body: string | Uint8Array, headers: Record<string, string> = {}, path = '/w/stripe-alpina', on = server): Promise<Response> => fetch(`${on.address}${path}`, { method: 'POST', headers, body: Buffer.from(body) });
const records = (on = server): WebhookRecord[] => on.records() as unknown as WebhookRecord[];

describe('a signed webhook', () => {
  test('is answered after it is in the journal, byte for byte', async () => {
    const answer = await post(BODY, { ...stripeHeaders(BODY), 'content-type': 'application/json', 'user-agent': 'Stripe/1.0', cookie: 'a=b' });
    expect([answer.status, await answer.json(), answer.headers.get('cache-control')]).toEqual([200, { received: true }, 'no-store']);
    const record = records().at(-1);
    expect(record).toMatchObject({ v: 1, kind: 'webhook', source: 'stripe-alpina', brand: 'alpina', event_id: 'evt_1', type: 'charge.refunded', headers: { 'content-type': 'application/json', 'user-agent': 'Stripe/1.0' } });
    expect(Buffer.from(record?.body ?? '', 'base64').toString()).toBe(BODY);
    expect(Object.keys(record?.headers ?? {}).sort()).toEqual(['content-type', 'user-agent']);
    validate(record);
    expect(validate.errors).toBeNull();
  });

  test.each(['', 'application/json; charset=', 'x', 'multipart/form-data', 'application/json;;'])('is taken whatever it says of its body: %j', async (type) => {
    const before = records().length;
    expect((await post(BODY, { ...stripeHeaders(BODY), 'content-type': type })).status).toBe(200);
    expect(records()).toHaveLength(before + 1);
  });

  test('is taken with a body that is no JSON, no UTF-8, or nothing at all', async () => {
    for (const body of [Buffer.from('oops'), Buffer.from([0xff, 0x00, 0x0a]), Buffer.alloc(0)]) {
      expect((await post(body, stripeHeaders(body))).status).toBe(200);
      expect(records().at(-1)).toMatchObject({ event_id: expect.stringMatching(/^sha256:/), type: null });
      expect(Buffer.from(records().at(-1)?.body ?? '', 'base64')).toEqual(body);
    }
  });

  test('of 4 MiB is taken, and of one byte more is not', async () => {
    const whole = Buffer.alloc(4 * 1024 * 1024, 0x20);
    expect((await post(whole, stripeHeaders(whole))).status).toBe(200);
    const more = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
    expect((await post(more, stripeHeaders(more))).status).toBe(413);
  });
});

describe('a webhook that proves nothing', () => {
  test.each([
    ['missing_header', {}],
    ['malformed_header', { 'stripe-signature': 't=1,v1=00' }],
    ['bad_signature', stripeHeaders(`${BODY} `)],
    ['too_old', stripeHeaders(BODY, Math.floor(Date.now() / 1_000) - 400)],
    ['too_new', stripeHeaders(BODY, Math.floor(Date.now() / 1_000) + 400)],
  ])('is refused without the reason, which stands in the log and the metrics: %s', async (reason, headers) => {
    const before = records().length;
    const answer = await post(BODY, headers);
    expect([answer.status, await answer.json()]).toEqual([401, { code: 'unauthorized' }]);
    expect(records()).toHaveLength(before);
    expect(server.logged.at(-1)).toMatchObject({ message: 'request', route: '/w/:source', status: 401, source: 'stripe-alpina', reason });
    expect(await (await fetch(`${server.admin}/metrics`)).text()).toContain(`hub_serve_webhooks_total{source="stripe-alpina",outcome="${reason}"} 1`);
  });

  test('is not read beforehand: a body that would break a parser is judged by its signature alone', async () => {
    expect((await post('{'.repeat(100_000), { 'content-type': 'application/json' })).status).toBe(401);
  });
});

test('a source that nobody declared is not found, and one that is retired is gone', async () => {
  expect((await post(BODY, stripeHeaders(BODY), '/w/other')).status).toBe(404);
  expect((await post(BODY, stripeHeaders(BODY), '/w/gone')).status).toBe(410);
  expect((await fetch(`${server.address}/w/stripe-alpina`)).status).toBe(404);
});

test('sources that are declared while the server runs are taken from', async () => {
  let sources = testSources('sources: []\n');
  const later = await webhookServer({ webhooks: () => sources });
  expect((await post(BODY, stripeHeaders(BODY), '/w/stripe-alpina', later)).status).toBe(404);
  sources = testSources();
  expect((await post(BODY, stripeHeaders(BODY), '/w/stripe-alpina', later)).status).toBe(200);
});

test('too many of one source are refused for a while', async () => {
  const limited = await webhookServer({ webhooksLimit: 2 });
  for (let sent = 0; sent < 2; sent++) expect((await post(BODY, stripeHeaders(BODY), '/w/stripe-alpina', limited)).status).toBe(200);
  const answer = await post(BODY, stripeHeaders(BODY), '/w/stripe-alpina', limited);
  expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
});

test('what the journal does not take is not answered with success', async () => {
  const full = await webhookServer();
  full.journal.writer.append = () => Promise.reject(new HubError('transient', 'journal_unavailable', 'The journal takes no record now.'));
  const answer = await post(BODY, stripeHeaders(BODY), '/w/stripe-alpina', full);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
});

test('a part that does not run takes nothing', async () => {
  const leads = await webhookServer({ parts: ['leads'] });
  expect((await post(BODY, stripeHeaders(BODY), '/w/stripe-alpina', leads)).status).toBe(404);
});

test('a body that comes in chunks, without a length, is the same', async () => {
  const { hostname, port } = new URL(server.address);
  const socket = connect(Number(port), hostname);
  const head = Object.entries({ host: hostname, connection: 'close', 'transfer-encoding': 'chunked', ...stripeHeaders(BODY) }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST /w/stripe-alpina HTTP/1.1\r\n${head}\r\n5\r\n${BODY.slice(0, 5)}\r\n`);
  socket.write(`${(BODY.length - 5).toString(16)}\r\n${BODY.slice(5)}\r\n0\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

test('nothing of a payload, an address or a secret is in the log or the metrics', async () => {
  await post(BODY, stripeHeaders(BODY));
  const told = JSON.stringify(server.logged) + (await (await fetch(`${server.admin}/metrics`)).text());
  expect(told).toContain('stripe-alpina');
  for (const secret of ['anna', 'mail.ch', 'evt_1', 'charge.refunded', 'a secret of the tests', 'v1=', '127.0.0.1']) expect(told).not.toContain(secret);
});
