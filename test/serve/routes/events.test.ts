import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { sha256Hex } from '../../../src/core/hash.ts';
import { parseProxies } from '../../../src/net/client-address.ts';
import type { ServerOptions } from '../../../src/serve/server.ts';
import { PROJECT } from '../../support/program/hub.ts';
import { someKey, storeOf } from '../keys/some-key.ts';
import { testServer, type TestServer } from '../running.ts';

const ingest = someKey({ role: 'ingest' });
const belmontOnly = someKey({ role: 'ingest', brands: ['belmont'] });
const reader = someKey();
const [isEvent, isConsent] = ['event', 'consent'].map((kind) => new Ajv2020({ strict: false, allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(PROJECT, 'schemas', `intake-${kind}.v1.json`), 'utf8')) as object));

const event = (id: string, change: Readonly<Record<string, unknown>> = {}) => ({ event_id: id, name: 'page_viewed', occurred_at: '2026-03-10T12:00:00Z', consent: { analytics: 'granted' }, ...change });
const eventServer = (change: Partial<ServerOptions> = {}): Promise<TestServer> => testServer({ parts: ['events'], keys: storeOf(ingest, belmontOnly, reader), ...change });
const post = (server: TestServer, path: string, body: unknown, { bearer } = ingest): Promise<Response> =>
  fetch(`${server.address}${path}`, { method: 'POST', headers: { authorization: bearer, 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
const recordsOf = (server: TestServer) => server.records() as unknown as Readonly<Record<string, unknown>>[];

describe('POST /v1/events', () => {
  test('journals events without personal data, drops those without consent, and tells how many', async () => {
    const server = await eventServer();
    const events = [
      event('e1', { email: 'Anna@Mail.ch', properties: { plan: 'pro', user_id: 17, page: 'https://a.example/?email=anna%40mail.ch', first_name: 'Anna' } }),
      ...[event('e2', { consent: {} }), event('e3', { consent: { analytics: 'denied', marketing_email: 'granted' } }), event('e4', { test: true, occurred_at: '2099-01-01T00:00:00+01:00' })],
    ];
    const answer = await post(server, '/v1/events', { brand: 'alpina', events });
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 2, dropped: 2, scrubbed: 1 }]);
    const [first, second] = recordsOf(server);
    expect(first).toMatchObject({ kind: 'event', brand: 'alpina', event_id: 'e1', source: 'api', key: ingest.shown.id, name: 'page_viewed', email_sha256: sha256Hex('anna@mail.ch'), is_test: false, scrubbed: 3, properties: { plan: 'pro', user_id: 'usr_alpina_17', page: 'https://a.example/' } });
    expect(second).toMatchObject({ event_id: 'e4', email_sha256: null, is_test: true });
    expect(second?.['occurred_at']).toBe(second?.['received_at']);
    for (const record of recordsOf(server)) expect([isEvent?.(record), isEvent?.errors]).toEqual([true, null]);
    expect(JSON.stringify([recordsOf(server), server.logged]).toLowerCase()).not.toMatch(/anna|mail\.ch/);
  });

  test('tells visitors of our own networks apart, and keeps no address', async () => {
    const server = await eventServer({ events: { brands: ['alpina'], userHash: (_brand, id) => id, internal: parseProxies(['192.0.2.0/24']) ?? [] } });
    await post(server, '/v1/events', { brand: 'alpina', events: [event('in', { ip: '192.0.2.7' }), event('out', { ip: '198.51.100.7' })] });
    expect(recordsOf(server).map(({ event_id: id, is_test: isTest }) => [id, isTest])).toEqual([['in', true], ['out', false]]);
    expect(JSON.stringify(recordsOf(server))).not.toMatch(/192\.0\.2|198\.51/);
  });

  test.each<[string, unknown, number, RegExp]>([
    ['no JSON', '{', 400, /bad_request/],
    ['no events', { brand: 'alpina', events: [] }, 422, /"#\/events"/],
    ['more than 500', { brand: 'alpina', events: Array.from({ length: 501 }, (_each, n) => event(String(n))) }, 422, /"#\/events"/],
    ['no name in snake_case', { brand: 'alpina', events: [event('a'), event('b', { name: 'Secret Name' })] }, 422, /"#\/events\/1\/name"/],
    ['no id', { brand: 'alpina', events: [event('secret id')] }, 422, /"#\/events\/0\/event_id"/],
    ['no zone', { brand: 'alpina', events: [event('a', { occurred_at: '2026-03-10 12:00:00' })] }, 422, /occurred_at/],
    ['too many keys', { brand: 'alpina', events: [event('a', { properties: { in: Object.fromEntries(Array.from({ length: 101 }, (_each, n) => [`k${String(n)}`, 1])) } })] }, 422, /100 keys/],
    ['too deep', { brand: 'alpina', events: [event('a', { properties: { a: { b: { c: { d: { e: {} } } } } } })] }, 422, /5 deep/],
    ['far too deep', `{"brand":"alpina","events":[{"event_id":"a","name":"n","occurred_at":"2026-03-10T12:00:00Z","consent":{"analytics":"granted"},"properties":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}]}`, 422, /5 deep/],
    ['far too many keys', { brand: 'alpina', events: [event('a', { properties: Object.fromEntries(Array.from({ length: 90_000 }, (_each, n) => [`k${String(n)}`, 1])) })] }, 422, /100 keys/],
    ['an address as id', { brand: 'alpina', events: [event('secret@mail.ch')] }, 422, /"#\/events\/0\/event_id"/],
    ['an address as id, escaped', { brand: 'alpina', events: [event('order-secret%40mail.ch')] }, 422, /no e-mail address/],
    ['no address', { brand: 'alpina', events: [event('a', { email: 'secret' })] }, 422, /"#\/events\/0\/email"/],
    ['an unknown key', { brand: 'alpina', events: [event('a', { 'secret@mail.ch': 1 })] }, 422, /unknown_key/],
    ['an unknown brand', { brand: 'secret', events: [event('a')] }, 422, /"#\/brand"/],
  ])('refuses %s whole, and repeats nothing of it', async (_what, body, status, text) => {
    const server = await eventServer();
    const answer = await post(server, '/v1/events', body);
    const told = await answer.text();
    expect([answer.status, answer.headers.get('content-type'), told]).toEqual([status, expect.stringContaining('application/problem+json'), expect.stringMatching(text)]);
    expect([told.toLowerCase().includes('secret'), recordsOf(server)]).toEqual([false, []]);
  });

  test('is for keys of the permission and brand, and can be sent again if nothing was journaled', async () => {
    const server = await eventServer();
    const body = { brand: 'alpina', events: [event('a')] };
    expect([(await post(server, '/v1/events', body, reader)).status, (await post(server, '/v1/events', body, belmontOnly)).status, (await post(server, '/v1/events', body, { ...reader, bearer: 'Bearer no' })).status]).toEqual([403, 403, 401]);
    await server.journal.writer.close();
    const answer = await post(server, '/v1/events', body);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('POST /v1/consents', () => {
  test('journals answers by the hash of the address, an answer from the future as of now', async () => {
    const server = await eventServer();
    const consents = [{ consent_id: 'c1', email: 'Anna@Mail.ch', purpose: 'marketing_email', answer: 'denied', occurred_at: '2026-03-10T12:00:00Z', text: 'v3' }, { email: 'bob@mail.ch', purpose: 'analytics', answer: 'granted', occurred_at: '2099-01-01T00:00:00Z' }];
    const answer = await post(server, '/v1/consents', { brand: 'alpina', consents });
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 2 }]);
    const [first, second] = recordsOf(server);
    expect(first).toMatchObject({ kind: 'consent', consent_id: 'c1', email_sha256: sha256Hex('anna@mail.ch'), purpose: 'marketing_email', granted: false, occurred_at: '2026-03-10T12:00:00.000Z', text: 'v3' });
    expect(second).toMatchObject({ consent_id: expect.stringMatching(/^csn_[0-9a-f]{24}$/), purpose: 'analytics', granted: true, text: null });
    expect(second?.['occurred_at']).toBe(second?.['received_at']);
    for (const record of recordsOf(server)) expect([isConsent?.(record), isConsent?.errors]).toEqual([true, null]);
    expect(JSON.stringify([recordsOf(server), server.logged]).toLowerCase()).not.toMatch(/anna|bob|mail\.ch/);
  });

  test('refuses a purpose or an answer that there is not', async () => {
    const server = await eventServer();
    const answer = await post(server, '/v1/consents', { brand: 'alpina', consents: [{ email: 'a@mail.ch', purpose: 'all', answer: true }] });
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] };
    expect([answer.status, errors.map(({ pointer }) => pointer)]).toEqual([422, ['#/consents/0/purpose', '#/consents/0/answer']]);
  });
});
