import { describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';

import { HubError } from '../../../src/core/errors.ts';
import { httpApp } from '../../../src/serve/http/app.ts';
import { keyedRoutes, requireAllowed, type KeyTools } from '../../../src/serve/http/keyed-routes.ts';
import { HttpProblem } from '../../../src/serve/http/problem.ts';
import { serveMetrics } from '../../../src/serve/http/metrics.ts';
import { countedLimits } from '../../../src/serve/limits/key-limits.ts';
import { rateWindows } from '../../../src/serve/limits/rate-window.ts';
import { keyText, newKey } from '../../../src/serve/keys/key-text.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { testClock } from '../../support/suite/clock.ts';
import { someKey, storeOf } from '../keys/some-key.ts';

const reader = someKey({ brands: ['alpina'] });
const ingest = someKey({ role: 'ingest' });
const expired = someKey({ expiresAt: testClock().now() });
const inUrl = someKey({ mayBeInUrl: true });

interface Place {
  readonly address: string;
  readonly logged: unknown[];
  nowMs: number;
}

async function place(change: Partial<KeyTools> = {}): Promise<Place> {
  const logged: unknown[] = [];
  const write = (message: string, fields: object = {}): void => void logged.push({ message, ...fields });
  const log = { info: write, warn: write, error: write };
  const metrics = serveMetrics({ journalBytes: () => 0, unsynced: () => 0, waiting: () => 0, knownAt: () => undefined, isReady: () => true, integrations: () => Promise.resolve([]) });
  const app = await httpApp({ log, metrics, isDraining: () => false, registered: () => undefined });
  const made = { address: '', logged, nowMs: 0 };
  const tools: KeyTools = {
    ...{ keys: storeOf(reader, ingest, expired, inUrl), limits: countedLimits({ feeds: 3, events: 'off' }), failures: rateWindows({ name: 'failures', quota: 10, window: 60 }) },
    ...{ trusted: [], clock: testClock(), elapsedMs: () => made.nowMs, log, ...change },
  };
  keyedRoutes(app, tools, routes);
  made.address = await app.listen({ host: '127.0.0.1', port: 0 });
  atEndOfFile(() => app.close());
  return made;
}

function routes(scope: FastifyInstance): void {
  scope.get('/v1/feeds/:name', { config: { needs: 'feeds', limit: 'feeds', keyInUrl: true } }, (request) => ({ id: requireAllowed(request, { brand: 'alpina' }).id }));
  scope.get('/v1/foreign', { config: { needs: 'feeds' } }, (request) => requireAllowed(request, { brand: 'belmont' }));
  scope.post('/v1/orders', { config: { needs: 'orders' } }, (request) => ({ body: request.body }));
  scope.get('/v1/broken', { config: { needs: 'feeds' } }, () => {
    throw new Error('anna@mail.ch broke it');
  });
  scope.get('/v1/away', { config: { needs: 'feeds' } }, () => {
    throw new HubError('transient', 'database_unavailable', 'The database at secret.host does not answer.');
  });
  scope.get('/v1/parts', { config: { needs: 'feeds' } }, () => {
    throw new HttpProblem(422, 'not_valid', { errors: Array.from({ length: 60 }, (_, n) => ({ pointer: `#/items/${n}`, code: 'missing', detail: 'It is missing.' })) });
  });
}

const ask = (at: Place, path: string, authorization?: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${at.address}${path}`, { ...init, headers: { ...(init.headers as Record<string, string> | undefined), ...(authorization === undefined ? {} : { authorization }) } });
const basicOf = ({ shown }: typeof reader): string => `Basic ${Buffer.from(`${shown.id}:${shown.secret}`).toString('base64')}`;

describe('a route that needs a key', () => {
  test.each([
    ['a key as Bearer', reader.bearer],
    ['a key as Basic', basicOf(reader)],
  ])('answers %s, and its limits are told', async (_how, authorization) => {
    const answer = await ask(await place(), '/v1/feeds/x', authorization);
    expect([answer.status, await answer.json(), answer.headers.get('cache-control')]).toEqual([200, { id: reader.shown.id }, 'no-store']);
    expect([answer.headers.get('ratelimit-policy'), answer.headers.get('ratelimit')]).toEqual(['"feeds";q=3;w=60', '"feeds";r=2;t=60']);
  });

  test.each([
    ['no key', undefined, 401, 'unauthorized'],
    ['a key that nobody made', `Bearer ${keyText(newKey())}`, 401, 'unauthorized'],
    ['a key of that id with another secret', `Bearer ${keyText({ ...newKey(), id: reader.shown.id })}`, 401, 'unauthorized'],
    ['an expired key', expired.bearer, 401, 'key_expired'],
    ['a key of another role', ingest.bearer, 403, 'permission_missing'],
    ['something that is no key', 'Bearer abc', 401, 'unauthorized'],
  ])('refuses %s with a problem', async (_how, authorization, status, code) => {
    const answer = await ask(await place(), '/v1/feeds/x', authorization);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([status, expect.stringMatching(/^application\/problem\+json/), 'no-store']);
    expect(await answer.json()).toMatchObject({ type: `urn:hub:problem:${code}`, title: expect.any(String), status, instance: expect.stringMatching(/^[0-9a-f]{8}-/) });
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="hub", charset="UTF-8", Bearer realm="hub"' : null);
  });

  test('refuses what its key allows of another brand only', async () => {
    const answer = await ask(await place(), '/v1/foreign', reader.bearer);
    expect([answer.status, await answer.json()]).toMatchObject([403, { type: 'urn:hub:problem:brand_not_allowed' }]);
  });

  test('takes a key from the URL where the route and the key allow it', async () => {
    const at = await place();
    expect((await ask(at, `/v1/feeds/x?a=b&key=${keyText(inUrl.shown)}`)).status).toBe(200);
    expect(await (await ask(at, `/v1/feeds/x?key=${keyText(reader.shown)}`)).json()).toMatchObject({ type: 'urn:hub:problem:key_in_url' });
    expect((await ask(at, `/v1/broken?key=${keyText(inUrl.shown)}`)).status).toBe(401);
  });

  test('is not asked more often than its key may, and another key has its own count', async () => {
    const at = await place();
    for (let n = 0; n < 3; n++) expect((await ask(at, '/v1/feeds/x', reader.bearer)).status).toBe(200);
    const answer = await ask(at, '/v1/feeds/x', reader.bearer);
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('ratelimit'), await answer.json()]).toEqual([429, '60', '"feeds";r=0;t=60', expect.objectContaining({ type: 'urn:hub:problem:too_many_requests' })]);
    expect((await ask(at, '/v1/feeds/x', inUrl.bearer)).status).toBe(200);
    at.nowMs = 60_000;
    expect((await ask(at, '/v1/feeds/x', reader.bearer)).status).toBe(200);
  });

  test('answers a client that failed ten times not at all for a while; who shows no key has not failed', async () => {
    const at = await place();
    for (let n = 0; n < 20; n++) expect((await ask(at, '/v1/feeds/x')).status).toBe(401);
    for (let n = 0; n < 10; n++) expect((await ask(at, '/v1/feeds/x', `Bearer ${keyText(newKey())}`)).status).toBe(401);
    const answer = await ask(at, '/v1/feeds/x', reader.bearer);
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([429, '60', { type: 'urn:hub:problem:too_many_failures' }]);
    at.nowMs = 60_000;
    expect((await ask(at, '/v1/feeds/x', reader.bearer)).status).toBe(200);
  });

  test('asks to come again if nothing can be known of the key', async () => {
    const keys = { find: () => Promise.reject(new HubError('transient', 'keys_unavailable', 'away')), used: () => undefined };
    const answer = await ask(await place({ keys }), '/v1/feeds/x', reader.bearer);
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([503, '5', { type: 'urn:hub:problem:keys_unavailable' }]);
  });

  test('is not registered without saying what a key must allow', async () => {
    const app = await httpApp({ log: { info: () => undefined, warn: () => undefined, error: () => undefined }, metrics: { registry: new Registry(), answered: () => undefined, captured: () => undefined, webhook: () => undefined, published: () => undefined, trouble: () => undefined }, isDraining: () => false, registered: () => undefined });
    keyedRoutes(app, { keys: storeOf() } as unknown as KeyTools, (scope) => void scope.get('/v1/open', () => 'x'));
    await expect(app.ready()).rejects.toThrow('/v1/open does not say');
  });
});

describe('a problem', () => {
  test.each([
    ['a body that is no JSON', '/v1/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }, 400, 'bad_request'],
    ['a body of another type', '/v1/orders', { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<a/>' }, 415, 'unsupported_media_type'],
    ['a body that is too large', '/v1/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body: `"${'a'.repeat(70_000)}"` }, 413, 'body_too_large'],
  ])('tells of %s', async (_what, path, init, status, code) => {
    const answer = await ask(await place(), path, ingest.bearer, init);
    expect([answer.status, await answer.json()]).toMatchObject([status, { type: `urn:hub:problem:${code}`, status }]);
  });

  test('of a failure shows nothing of it, and the log has its place', async () => {
    const at = await place();
    const answer = await ask(at, '/v1/broken', reader.bearer);
    expect([answer.status, await answer.json()]).toMatchObject([500, { type: 'urn:hub:problem:internal_error' }]);
    expect(JSON.stringify(at.logged)).not.toContain('anna');
    expect(at.logged).toContainEqual(expect.objectContaining({ message: 'a request failed', at: expect.stringContaining('keyed-routes.test') }));
    const away = await ask(at, '/v1/away', reader.bearer);
    expect([away.status, away.headers.get('retry-after'), await away.text()]).toEqual([503, '5', expect.not.stringContaining('secret.host')]);
  });

  test('names at most 50 parts', async () => {
    const { errors } = (await (await ask(await place(), '/v1/parts', reader.bearer)).json()) as { errors: unknown[] };
    expect([errors.length, errors[0]]).toEqual([50, { pointer: '#/items/0', code: 'missing', detail: 'It is missing.' }]);
  });

  test('is what a path of /v1 without a route gets', async () => {
    const answer = await ask(await place(), '/v1/nothing', reader.bearer);
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toMatchObject([404, expect.stringMatching(/^application\/problem\+json/), { type: 'urn:hub:problem:not_found' }]);
  });
});

test('neither a key nor a query is in the log; the id of the key is', async () => {
  const at = await place();
  await ask(at, `/v1/feeds/x?key=${keyText(inUrl.shown)}&market=secret`);
  await ask(at, '/v1/feeds/x', reader.bearer);
  const told = JSON.stringify(at.logged);
  for (const secret of [inUrl.shown.secret, reader.shown.secret, 'market']) expect(told).not.toContain(secret);
  expect(at.logged).toContainEqual(expect.objectContaining({ message: 'request', route: '/v1/feeds/:name', key: reader.shown.id }));
});
