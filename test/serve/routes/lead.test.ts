import { beforeAll, describe, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { knowledgeStates } from '../../../src/leads/decision.ts';
import { testServer, type TestServer } from '../running.ts';

const FORM = 'application/x-www-form-urlencoded';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});

const send = (path: string, init: RequestInit = {}, on = server): Promise<Response> => fetch(`${on.address}${path}`, { redirect: 'manual', ...init });
const post = (body: string, headers: Record<string, string> = {}, on = server): Promise<Response> => send('/l/frm_one', { method: 'POST', headers: { 'content-type': FORM, ...headers }, body }, on);
const newest = (on = server) => on.records().at(-1);

describe('a form that is sent', () => {
  test('is answered with a redirect, after it is in the journal', async () => {
    const answer = await post('email=anna%40mail.ch&note=Zo%EB&country=FR', { 'user-agent': 'Mozilla/5.0' });
    expect(answer.status).toBe(303);
    const record = newest();
    expect(answer.headers.get('location')).toBe(`https://go.alpina.example/thanks?l=${record?.lead_id ?? ''}&s=unknown`);
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual(['no-store', 'strict-origin']);
    expect(record).toMatchObject({
      ...{ v: 1, kind: 'lead', lead_id: expect.stringMatching(/^lead_[0-9a-f]{24}$/), brand: 'alpina', form: 'detox-fr', partner: null, method: 'POST', path: '/l/frm_one', address: '127.0.0.1', key: null },
      ...{ pairs: [['email', 'anna@mail.ch'], ['country', 'FR']], extra: [['note', null, 'Wm/r']], query: [], status: 303 },
      ...{ headers: { 'user-agent': 'Mozilla/5.0' }, decision: { rule: null, state: 'unknown', knowledge_as_of: null, withheld: false, forms: 'v1' } },
    });
  });

  test('keeps the query beside the body, and of neither what looks secret', async () => {
    await send('/l/frm_one?utm_source=x&card_number=4111', { method: 'POST', headers: { 'content-type': FORM }, body: 'email=a%40b.ch&password=x&Passwd=x&sub=1' });
    expect(newest()).toMatchObject({ query: [['utm_source', 'x']], extra: [['sub', '1']] });
  });

  test('as JSON gets a redirect too', async () => {
    const answer = await send('/l/frm_one', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"email":"a@b.ch","country":["FR","BE"]}' });
    expect(answer.status).toBe(303);
    expect(newest()?.pairs).toEqual([['email', 'a@b.ch'], ['country', 'FR'], ['country', 'BE']]);
  });

  test('by a program that asks for JSON gets its id, its target and its errors', async () => {
    const answer = await post('email=', { accept: 'application/json' });
    expect(answer.status).toBe(201);
    const record = newest();
    expect(await answer.json()).toEqual({ lead_id: record?.lead_id, location: `https://go.alpina.example/thanks?l=${record?.lead_id ?? ''}&s=unknown`, errors: [{ field: 'email', category: 'missing' }] });
    expect(record?.status).toBe(201);
  });

  test('by a browser that also takes JSON gets the redirect', async () => {
    expect((await post('email=a%40b.ch', { accept: 'text/html,application/json' })).status).toBe(303);
  });

  test('without a body is a lead with nothing in it', async () => {
    const answer = await send('/l/frm_one', { method: 'POST' });
    expect([answer.status, newest()?.pairs]).toEqual([303, []]);
  });

  test.each([['text/plain', 'email=a'], ['multipart/form-data; boundary=x', 'email=a'], ['application/json', '[1]'], ['application/json', '{"a":null}'], ['application/json', '{']])(
    'in %s as %j is no form, and leaves no record',
    async (type, body) => {
      const before = server.records().length;
      expect((await send('/l/frm_one', { method: 'POST', headers: { 'content-type': type }, body })).status).toBe(415);
      expect(server.records()).toHaveLength(before);
    },
  );

  test('of more than 64 KiB is refused, and one of 64 KiB is not', async () => {
    expect((await post(`email=${'x'.repeat(65_536 - 6)}`)).status).toBe(303);
    expect((await post(`email=${'x'.repeat(65_536 - 5)}`)).status).toBe(413);
  });

  test('under an id that nobody has is not found', async () => {
    for (const method of ['GET', 'POST', 'HEAD']) expect((await send('/l/frm_two', { method })).status).toBe(404);
  });
});

describe('a page that is opened', () => {
  test('is a visit without a field in its query', async () => {
    const answer = await send('/l/frm_one?utm_source=x');
    expect(answer.status).toBe(303);
    expect(newest()).toMatchObject({ kind: 'visit', lead_id: expect.stringMatching(/^visit_[0-9a-f]{24}$/), extra: [['utm_source', 'x']], decision: { state: 'unknown' } });
    expect(answer.headers.get('location')).toBe('https://go.alpina.example/thanks?l=&s=unknown');
  });

  test('is a lead with one, where the form takes it', async () => {
    await send('/l/frm_one?email=a%40b.ch');
    expect(newest()).toMatchObject({ kind: 'lead', method: 'GET', pairs: [['email', 'a@b.ch']] });
  });

  test('leaves nothing if only its head is asked for', async () => {
    const before = server.records().length;
    const answer = await send('/l/frm_one?email=a%40b.ch', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://go.alpina.example/thanks?l=&s=unknown']);
    expect(server.records()).toHaveLength(before);
  });
});

describe('another origin', () => {
  test('is refused unless the form names it', async () => {
    expect((await post('email=a', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('email=a', { origin: 'null' })).status).toBe(403);
    const answer = await post('email=a%40b.ch', { origin: 'https://www.alpina.example' });
    expect([answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-allow-credentials')]).toEqual([303, 'https://www.alpina.example', null]);
  });

  test('may ask beforehand if the form names it', async () => {
    const ask = (origin: string): Promise<Response> => send('/l/frm_one', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
    const allowed = await ask('https://www.alpina.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-methods'), allowed.headers.get('access-control-allow-headers')]).toEqual([204, 'GET, POST', 'content-type']);
    expect((await ask('https://evil.example')).status).toBe(403);
  });
});

test('a referer is kept without what somebody may have typed', async () => {
  await post('email=a%40b.ch', { referer: 'https://user:pw@www.alpina.example/form?email=anna@mail.ch#x', cookie: 'a=b', authorization: 'Bearer x' });
  expect(newest()?.headers['referer']).toBe('https://www.alpina.example/form');
  expect(Object.keys(newest()?.headers ?? {})).not.toEqual(expect.arrayContaining(['cookie']));
  expect(Object.keys(newest()?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
});

test('too many requests of one client are refused for a while, whatever they name', async () => {
  const limited = await testServer({ leadsLimit: 2 });
  await post('email=a', {}, limited);
  await send('/l/frm_two', {}, limited);
  const answer = await post('email=a', {}, limited);
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toMatch(/^(59|60)$/);
  expect([...answer.headers.keys()].filter((name) => name.startsWith('ratelimit'))).toEqual([]);
});

test('a client that asks for many addresses learns nothing of the rest', async () => {
  const asked = await testServer({ probeLimit: 2, knowledge: () => ({ stateOf: () => 'known', asOf: { number: 412, at: '2026-03-10 12:00:00.000000' as never } }) });
  for (const email of ['a', 'b', 'c', 'a']) await post(`email=${email}`, {}, asked);
  expect(asked.records().map(({ decision }) => [decision.state, decision.withheld, decision.knowledge_as_of])).toEqual([
    ['known', false, 412],
    ['known', false, 412],
    [knowledgeStates[0], true, 412],
    ['known', false, 412],
  ]);
});

test('the client behind a trusted proxy is the one that the proxy names', async () => {
  const behind = await testServer({ trustProxy: ['127.0.0.0/8'] });
  await post('email=a', { 'x-forwarded-for': '1.2.3.4, 198.51.100.7' }, behind);
  expect(newest(behind)?.address).toBe('198.51.100.7');
});

test('what the journal does not take is not answered with success', async () => {
  const failing = await testServer();
  const unavailable = new HubError('transient', 'journal_unavailable', 'no');
  Object.assign(failing.journal.writer, { append: () => Promise.reject(unavailable) });
  const answer = await post('email=a%40b.ch', {}, failing);
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('location')]).toEqual([503, '5', null]);
});

test('the log names route, status and form, and nothing of what was sent', async () => {
  await send('/l/frm_one?email=secret%40mail.ch', { headers: { 'user-agent': 'secret' } });
  const line = server.logged.findLast(({ message }) => message === 'request');
  expect(line).toMatchObject({ route: '/l/:form', method: 'GET', status: 303, form: 'detox-fr', request_id: expect.stringMatching(/^[0-9a-f]{8}-/) });
  expect(JSON.stringify(server.logged)).not.toContain('secret');
  expect(JSON.stringify(server.logged)).not.toContain('127.0.0.1');
});
