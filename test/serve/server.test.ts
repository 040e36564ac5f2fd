import { connect } from 'node:net';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import type { HubError } from '../../src/core/errors.ts';
import type { KnownIntegration } from '../../src/serve/http/integration-states.ts';
import { epochSeconds, type Instant } from '../../src/core/time.ts';
import { testServer } from './running.ts';

/** What comes back for bytes on a connection of their own, until it is closed or a while has passed. */
async function rawAnswer(address: string, bytes: string, ms = 500): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('error', () => undefined).setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.write(bytes);
  await Promise.race([sleep(ms), new Promise((resolve) => socket.once('close', resolve))]);
  socket.destroy();
  return answer;
}

describe('the health of a server', () => {
  test('is told on both listeners', async () => {
    const server = await testServer();
    for (const address of [server.address, server.admin]) {
      expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ status: 'ok' });
      const ready = await fetch(`${address}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([200, { ready: true, checks: { journal: true, disk: true, forms: true, running: true }, database: null, knowledge_as_of: null, knowledge_at: null }]);
    }
  });

  test('is bad while the journal takes nothing, and while too little of its disk is free', async () => {
    const server = await testServer();
    Object.defineProperty(server.journal.writer, 'isWritable', { value: false });
    const ready = await fetch(`${server.address}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, checks: { journal: false, disk: true } }]);
    expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
  });

  test('is told in figures to the administration alone', async () => {
    const server = await testServer();
    await fetch(`${server.address}/l/frm_one`, { redirect: 'manual' });
    const text = await (await fetch(`${server.admin}/metrics`)).text();
    expect(text).toContain('hub_serve_requests_total{route="/l/:form",status="303"} 1');
    expect(text).toContain('hub_serve_captured_total{form="detox-fr",kind="visit"} 1');
    expect(text).toContain('hub_serve_ready 1');
    expect((await fetch(`${server.address}/metrics`)).status).toBe(404);
  });

  test('tells the states of integrations of the newest check, and those that it knew while nobody answers', async () => {
    const at = '2026-03-10 12:00:00.000000' as Instant;
    let answers = () => Promise.resolve<readonly KnownIntegration[]>([{ id: 'destination:crm', kind: 'destination', state: 'down', checkedAt: at }]);
    const server = await testServer({ integrations: () => answers() });
    const told = async () => (await (await fetch(`${server.admin}/metrics`)).text()).split('\n').filter((line) => line.startsWith('hub_integration_'));
    const line = 'hub_integration_state{integration="destination:crm",kind="destination",state="down"} 1';
    const time = `hub_integration_checked_timestamp_seconds ${String(epochSeconds(at))}`;
    expect(await told()).toEqual([line, time]);
    answers = () => Promise.reject(new Error('no database'));
    expect(await told()).toEqual([line, time]);
    answers = () => new Promise(() => undefined);
    expect(await told()).toEqual([line, time]);
  });

  test.each([
    ['with the key', 'k'.repeat(32), 'k'.repeat(32), 200],
    ['with another key', 'k'.repeat(32), 'j'.repeat(32), 401],
    ['without a key', 'k'.repeat(32), undefined, 401],
    ['where nobody has one', undefined, 'k'.repeat(32), 401],
  ])('is told in figures to others than this machine %s: %#', async (_how, adminKey, shown, status) => {
    const server = await testServer({ admin: { host: '0.0.0.0', port: 0 }, adminKey });
    const address = server.admin.replace('0.0.0.0', '127.0.0.1');
    const answer = await fetch(`${address}/metrics`, { headers: shown === undefined ? {} : { authorization: `Bearer ${shown}` } });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([status, status === 401 ? 'Basic realm="hub", charset="UTF-8", Bearer realm="hub"' : null]);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });
});

describe('a server', () => {
  test('sends the headers of a careful one, and no cookie', async () => {
    const { headers } = await fetch(`${(await testServer()).address}/healthz`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('set-cookie')).toBeNull();
  });

  test('refuses headers of more than 16 KiB', async () => {
    const { address } = await testServer();
    expect(await rawAnswer(address, `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(17_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('shows nothing of what was sent in an error', async () => {
    const { address } = await testServer();
    expect(await (await fetch(`${address}/l/%zz`)).text()).not.toContain('zz');
    expect(await (await fetch(`${address}/<secret>`)).json()).toEqual({ code: 'not_found' });
  });

  test('does not start where somebody else listens', async () => {
    const { address } = await testServer();
    const port = Number(new URL(address).port);
    const error: unknown = await testServer({ listen: { host: '127.0.0.1', port } }).catch((thrown: unknown) => thrown);
    expect((error as HubError).code).toBe('address_unusable');
  });
});

describe('a server that is told to end', () => {
  test('says so at once, goes on as before, then takes what comes on open connections and nobody new', async () => {
    const server = await testServer({ times: { asBefore: 300, open: 2_000 } });
    const { hostname, port } = new URL(server.address);
    const socket = connect(Number(port), hostname);
    let answers = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answers += chunk));
    const ask = (path: string): boolean => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    ask('/readyz');
    await sleep(100);
    expect(answers).toMatch(/^HTTP\/1\.1 200 /);
    const drained = server.drain(new AbortController().signal);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.address}/l/frm_one`, { redirect: 'manual' })).headers.get('connection')).toBe('keep-alive');
    await sleep(400);
    expect(await rawAnswer(server.address, 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
    answers = '';
    ask('/l/frm_one?email=late');
    await drained;
    expect(answers).toMatch(/^HTTP\/1\.1 303 [^]*\r\nconnection: close\r\n/i);
    socket.destroy();
    const parts = readdirSync(server.intake, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz'));
    expect(parts.map((name) => name.split('/')[0]).sort()).toEqual(['lead', 'visit']);
    expect(server.records()).toEqual([]);
  });

  test('waits for no open connection when it is cut short, and has everything on the disk', async () => {
    const server = await testServer({ times: { asBefore: 60_000, open: 60_000 } });
    await fetch(`${server.address}/l/frm_one?email=a`, { redirect: 'manual' });
    await server.drain(AbortSignal.timeout(50));
    const parts = readdirSync(server.intake, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz'));
    expect(server.records().length + parts.length).toBe(1);
  });
});
