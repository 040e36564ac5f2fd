import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { countedLimits } from '../../../src/serve/limits/key-limits.ts';
import { openApiDocument } from '../../../src/serve/openapi/document.ts';
import { routeSpecs } from '../../../src/serve/openapi/specs.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { dropVectorTable, makeVectorTable, vectorFeed } from '../../served-feeds/vector-feed.ts';
import { permissionsOf, roles } from '../../../src/serve/keys/roles.ts';
import { someKey, storeOf, type SomeKey } from '../keys/some-key.ts';
import { testServer, type TestServer } from '../running.ts';
import { instantOf } from '../../support/suite/clock.ts';
import { stripeHeaders, testSources } from '../webhook-sources.ts';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

const keys = Object.fromEntries(roles.map((role) => [role, someKey({ role })])) as Record<(typeof roles)[number], SomeKey>;
const expired = someKey({ role: 'admin', expiresAt: instantOf('2020-01-01') });
const revoked = someKey({ role: 'admin', revokedAt: instantOf('2020-01-01') });
const foreign = someKey({ role: 'admin', brands: ['elsewhere'] });
const unknown = someKey({ role: 'admin' });

const json = { 'content-type': 'application/json' };
const events = JSON.stringify({ brand: 'alpina', events: [{ event_id: 'e1', name: 'checkout_started', occurred_at: '2026-03-10T12:00:00Z', consent: { analytics: 'granted' } }] });
const consents = JSON.stringify({ brand: 'alpina', consents: [{ consent_id: 'c1', email: 'anna@mail.ch', purpose: 'marketing_email', answer: 'denied', occurred_at: '2026-03-10T12:00:00Z' }] });

/** A request of each route with a key; of one that takes a body also that, and what it answers to a key of another brand. */
const keyed: Readonly<Record<string, { readonly path: string; readonly on: 'address' | 'admin'; readonly body?: string; readonly elsewhere?: number }>> = {
  'post /v1/events': { path: '/v1/events', on: 'address', body: events, elsewhere: 403 },
  'post /v1/consents': { path: '/v1/consents', on: 'address', body: consents, elsewhere: 403 },
  'get /v1/feeds/{file}': { path: '/v1/feeds/orders.json', on: 'address' },
  'head /v1/feeds/{file}': { path: '/v1/feeds/orders.csv', on: 'address' },
  'get /v1/runs': { path: '/v1/runs', on: 'admin' },
  'get /v1/runs/stream': { path: '/v1/runs/stream', on: 'admin' },
  'get /metrics': { path: '/metrics', on: 'admin', elsewhere: 403 },
};

/** What comes first of an answer that does not end. */
async function beginning(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from((first?.value ?? new Uint8Array()) as Uint8Array).toString();
}

describeEachDatabase('the routes of a server', (suite) => {
  let server: TestServer;
  let document: Document;
  const validator = new Ajv2020({ strict: false });
  addFormats.default(validator);

  beforeAll(async () => {
    await makeVectorTable(suite.database);
    await suite.database.write(async (tx) => {
      const run = { shard: '1/1', change_no: 1, started_at: '2026-11-20 05:00:00.000000', host: 'h', pid: 1, version: '1', params: '{"email":"anna@mail.ch"}' };
      await tx('job_runs').insert([
        { ...run, run_id: '20261120T050000Z-1', command: 'enrich', brands: 'alpina,belmont', status: 'succeeded', totals: '{"read":5}', finished_at: '2026-11-20 05:01:00.000000', duration_ms: 60_000 },
        { ...run, run_id: '20261120T050000Z-2', command: 'purge', brands: '', status: 'succeeded', totals: '{"deleted":1}' },
        { ...run, run_id: '20261120T050000Z-3', command: 'enrich', brands: 'alpina', status: 'running' },
      ]);
    });
    server = await testServer({
      ...{ parts: ['leads', 'webhooks', 'events', 'feeds'], admin: { host: '0.0.0.0', port: 0 }, keys: storeOf(...Object.values(keys), expired, revoked, foreign), keyLimits: countedLimits({ events: 'off', feeds: 1_000 }) },
      ...{ feeds: { feeds: () => new Map([['orders', vectorFeed()]]), database: () => suite.database }, webhooks: () => testSources(), trustProxy: ['127.0.0.0/8'] },
    });
    document = (await (await fetch(`${server.address}/openapi.json`)).json()) as Document;
  });
  afterAll(() => dropVectorTable(suite.database));

  const urlOf = (on: 'address' | 'admin', path: string): string => `${server[on].replace('0.0.0.0', '127.0.0.1')}${path}`;

  test('are those of the document, on the listeners that it says, and ask for a key where it says so', () => {
    for (const listener of ['public', 'admin'] as const) {
      const described = routeSpecs.filter(({ listeners }) => listeners.includes(listener)).map(({ method, path }) => `${method} ${path}`);
      expect(server.routes[listener].map(({ method, url }) => `${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`).filter((route) => !route.startsWith('options ')).sort()).toEqual(described.sort());
    }
    expect(Object.keys(keyed).sort()).toEqual(routeSpecs.filter(({ needs }) => needs !== undefined).map(({ method, path }) => `${method} ${path}`).sort());
    expect([document.openapi, document]).toEqual(['3.1.0', JSON.parse(JSON.stringify(openApiDocument(routeSpecs, '0.0.0')))]);
  });

  async function hold(operation: string, answer: Response): Promise<string> {
    const [method = '', path = ''] = operation.split(' ');
    const described = document.paths[path]?.[method]?.responses[String(answer.status)];
    expect([operation, answer.status, described !== undefined]).toEqual([operation, answer.status, true]);
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const body = isStream ? await beginning(answer) : await answer.text();
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = described?.content?.[type]?.schema;
    if (method === 'head' || body === '') return body;
    expect([operation, type, schema !== undefined]).toEqual([operation, type, true]);
    const check = validator.compile({ ...schema, components: document.components });
    check(type.endsWith('json') ? JSON.parse(body) : body);
    expect([operation, check.errors]).toEqual([operation, null]);
    return body;
  }

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const hook = '{"id":"evt_1","type":"x"}';
  test.each<[operation: string, on: 'address' | 'admin', path: string, init: RequestInit, status: number]>([
    ['get /healthz', 'address', '/healthz', {}, 200],
    ['get /readyz', 'admin', '/readyz', {}, 200],
    ['get /openapi.json', 'admin', '/openapi.json', {}, 200],
    ['get /metrics', 'admin', '/metrics', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/runs', 'admin', '/v1/runs', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/runs', 'admin', '/v1/runs?command=enrich&status=succeeded&since=2026-01-01T00:00:00Z&limit=500', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/runs', 'admin', '/v1/runs?limit=501&colour=red&status=odd&since=monday', { headers: { authorization: keys.reader.bearer } }, 400],
    ['get /v1/feeds/{file}', 'address', '/v1/feeds/orders.json?limit=2', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/feeds/{file}', 'address', '/v1/feeds/orders.json?currency=EUR&group=brand', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/feeds/{file}', 'address', '/v1/feeds/orders.csv', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/feeds/{file}', 'address', '/v1/feeds/orders.xml', { headers: { authorization: keys.reader.bearer } }, 200],
    ['get /v1/feeds/{file}', 'address', '/v1/feeds/orders.json?colour=red&items=two', { headers: { authorization: keys.reader.bearer } }, 400],
    ['get /v1/feeds/{file}', 'address', '/v1/feeds/none.json', { headers: { authorization: keys.reader.bearer } }, 404],
    ['head /v1/feeds/{file}', 'address', '/v1/feeds/orders.csv', { method: 'HEAD', headers: { authorization: keys.reader.bearer } }, 200],
    ['post /v1/events', 'address', '/v1/events', { method: 'POST', headers: { ...json, authorization: keys.ingest.bearer }, body: events }, 202],
    ['post /v1/events', 'address', '/v1/events', { method: 'POST', headers: { ...json, authorization: keys.ingest.bearer }, body: '{"brand":"alpina","events":[{"name":"Odd Name"}]}' }, 422],
    ['post /v1/events', 'address', '/v1/events', { method: 'POST', headers: { ...json, authorization: keys.ingest.bearer }, body: '{' }, 400],
    ['post /v1/events', 'address', '/v1/events', { method: 'POST', headers: { 'content-type': 'text/xml', authorization: keys.ingest.bearer }, body: '<a/>' }, 415],
    ['post /v1/events', 'address', '/v1/events', { method: 'POST', headers: { ...json, authorization: keys.ingest.bearer }, body: `{"brand":"${'a'.repeat(1_100_000)}"}` }, 413],
    ['post /v1/consents', 'address', '/v1/consents', { method: 'POST', headers: { ...json, authorization: keys.ingest.bearer }, body: consents }, 202],
    ['get /l/{form}', 'address', '/l/frm_one', { redirect: 'manual' }, 303],
    ['get /l/{form}', 'address', '/l/frm_none', {}, 404],
    ['post /l/{form}', 'address', '/l/frm_one', { method: 'POST', headers: { ...form, accept: 'application/json' }, body: 'country=FR' }, 201],
    ['post /l/{form}', 'address', '/l/frm_one', { method: 'POST', headers: { ...form, origin: 'https://evil.example' }, body: 'email=a' }, 403],
    ['post /l/{form}', 'address', '/l/frm_one', { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' }, 415],
    ['post /l/{form}', 'address', '/l/frm_one', { method: 'POST', headers: form, body: `email=${'a'.repeat(70_000)}` }, 413],
    ['head /l/{form}', 'address', '/l/frm_one', { method: 'HEAD', redirect: 'manual' }, 303],
    ['post /w/{source}', 'address', '/w/stripe-alpina', { method: 'POST', headers: stripeHeaders(hook), body: hook }, 200],
    ['post /w/{source}', 'address', '/w/stripe-alpina', { method: 'POST', body: hook }, 401],
    ['post /w/{source}', 'address', '/w/none', { method: 'POST', body: hook }, 404],
    ['post /w/{source}', 'address', '/w/gone', { method: 'POST', body: hook }, 410],
  ])('answer as the document says: %s of %s%s', async (operation, on, path, init, status) => {
    const answer = await fetch(urlOf(on, path), init);
    expect(answer.status).toBe(status);
    await hold(operation, answer);
  });

  test.each(Object.entries(keyed))('let in whom they should, and nobody else: %s', async (operation, { path, on, body, elsewhere: expected = 200 }) => {
    const [method = ''] = operation.split(' ');
    const needs = routeSpecs.find((spec) => `${spec.method} ${spec.path}` === operation)?.needs;
    if (needs === undefined) throw new Error(operation);
    let clients = 0;
    // Each from an address of its own, as ten failures of one are refused for a while.
    const ask = (authorization: string | undefined): Promise<Response> =>
      fetch(urlOf(on, path), { method: method.toUpperCase(), headers: { ...(body === undefined ? {} : json), 'x-forwarded-for': `203.0.113.${++clients}`, ...(authorization === undefined ? {} : { authorization }) }, ...(body === undefined ? {} : { body }) });
    for (const role of roles) {
      const answer = await ask(keys[role].bearer);
      expect([role, answer.status]).toEqual([role, permissionsOf(role).includes(needs) ? (body === undefined ? 200 : 202) : 403]);
      await hold(operation, answer);
    }
    for (const bearer of [undefined, expired.bearer, revoked.bearer, unknown.bearer, 'Bearer x', `Basic ${Buffer.from(`${keys.admin.shown.id}:`).toString('base64')}`]) {
      const answer = await ask(bearer);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="hub", charset="UTF-8", Bearer realm="hub"']);
      await hold(operation, answer);
    }
    const answer = await ask(foreign.bearer);
    expect(answer.status).toBe(expected);
    expect(await hold(operation, answer)).not.toMatch(/alpina|belmont|corvina|ord_/);
  });

  test('stream what becomes of runs to those who may see them', async () => {
    const heard = async (key: SomeKey, id: string, until: string): Promise<string> => {
      const answer = await fetch(urlOf('admin', '/v1/runs/stream'), { headers: { authorization: key.bearer, 'last-event-id': 'x' } });
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-store']);
      await suite.database.write((tx) => tx('job_runs').insert({ run_id: id, command: 'enrich', brands: 'alpina', shard: '1/1', status: 'succeeded', change_no: 1, started_at: '2026-11-20 06:00:00.000000', host: 'h', pid: 1, version: '1', params: '{}', totals: '{"read":7}' }));
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk);
        if (text.includes(until)) break;
      }
      return text;
    };
    const text = await heard(keys.reader, '20261120T060000Z-4', 'run.finished');
    expect(text).toMatch(/^: hub\n\nid: \d+\nevent: run\.started\ndata: \{"run_id":"20261120T060000Z-4".*"status":"running".*\}\n\nid: \d+\nevent: run\.finished\ndata: \{.*"totals":\{"read":7\}\}\n\n$/);
    await suite.database.write((tx) => tx('job_runs').where({ run_id: '20261120T060000Z-4' }).delete());
  });

  test('show runs with what a key may see of them, and no options', async () => {
    const runs = async (key: SomeKey): Promise<{ run_id: string; brands: string[]; status: string; totals: unknown }[]> => ((await (await fetch(urlOf('admin', '/v1/runs'), { headers: { authorization: key.bearer } })).json()) as { items: never[] }).items;
    const all = await runs(keys.reader);
    expect(all.map(({ run_id: id, brands, status, totals }) => [id, brands, status, totals])).toEqual([
      ['20261120T050000Z-3', ['alpina'], 'lost', null],
      ['20261120T050000Z-2', [], 'succeeded', { deleted: 1 }],
      ['20261120T050000Z-1', ['alpina', 'belmont'], 'succeeded', { read: 5 }],
    ]);
    expect(JSON.stringify(all)).not.toContain('anna');
    expect((await runs(foreign)).map(({ run_id: id, totals }) => [id, totals])).toEqual([['20261120T050000Z-2', null]]);
  });
});
