import type { lookup } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';

import { openHttpClient } from '../../src/net/http.client.ts';
import { proxySettings, type ProxySettings } from '../../src/net/proxy.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { BASIC, startProxy } from '../support/servers/http-proxy.ts';
import { answer, startReceiver } from '../support/servers/receiver.ts';

const request = (url: string) => ({ method: 'POST' as const, url, headers: {}, body: '{}' });

/** A resolver that gives these addresses, one list a question. */
function resolver(...answers: readonly (readonly string[])[]): { resolve: typeof lookup; asked: () => number } {
  let asked = 0;
  const resolve = (_name: string, _options: unknown, done: (error: null, addresses: { address: string; family: number }[]) => void): void => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    done(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return { resolve: resolve as typeof lookup, asked: () => asked };
}

function client(allowPrivate: boolean, resolve?: typeof lookup, proxy?: ProxySettings) {
  const opened = openHttpClient({ timeoutMs: 2_000, concurrency: 1, allowPrivate, proxy, ...(resolve === undefined ? {} : { resolve }) });
  atEndOfFile(() => opened.close());
  return opened;
}

test('a name that resolves to a private address, or to one among public ones, is refused without a connection', async () => {
  const receiver = await startReceiver();
  const url = receiver.url.replace('127.0.0.1', 'crm.example');
  for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['169.254.169.254'], ['::1']]) {
    const answered = await client(false, resolver(addresses).resolve).send(request(url));
    expect(answered).toMatchObject({ failure: 'address_refused', message: expect.stringContaining('crm.example is ') });
  }
  expect(receiver.calls).toEqual([]);
});

test('the connection goes to the address that was checked: a name is resolved once a connection', async () => {
  const receiver = await startReceiver();
  const { resolve, asked } = resolver(['127.0.0.1'], ['10.0.0.1']);
  const opened = client(true, resolve);
  const url = receiver.url.replace('127.0.0.1', 'crm.example');
  for (let time = 0; time < 3; time++) expect(await opened.send(request(url))).toMatchObject({ status: 200 });
  expect(asked()).toBe(1);
  expect(receiver.calls).toHaveLength(3);
  expect(receiver.calls[0]?.headers.host).toMatch(/^crm\.example:/);
});

test('a redirect is not followed, whatever it points to', async () => {
  const target = await startReceiver();
  const receiver = await startReceiver(answer(302, '', { location: target.url }));
  expect(await client(true).send(request(receiver.url))).toMatchObject({ status: 302 });
  expect(target.calls).toEqual([]);
});

test('a closed port and an unknown host are failures with a code, not exceptions', async () => {
  expect(await client(true).send(request('http://127.0.0.1:1/'))).toMatchObject({ failure: 'ECONNREFUSED' });
  const unknown = ((_name: string, _options: unknown, done: (error: Error) => void) => done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))) as unknown as typeof lookup;
  expect(await client(false, unknown).send(request('http://nowhere.example/'))).toMatchObject({ failure: 'ENOTFOUND' });
});

test('an answer that breaks off has its status and what came, and is not whole', async () => {
  const receiver = await startReceiver(async (_call, response, socket) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    await sleep(20);
    socket.resetAndDestroy();
  });
  expect(await client(true).send(request(receiver.url))).toMatchObject({ status: 200, body: 'half', flaw: expect.any(String) });
});

test('an answer that does not end in time is none, also if its beginning came', async () => {
  const receiver = await startReceiver((_call, response) => void response.writeHead(200).write('half'));
  expect(await client(true).send(request(receiver.url))).toEqual({ failure: 'timeout', message: 'no complete answer within 2000 ms' });
});

describe('through a proxy', () => {
  test('https goes into a tunnel by its name, and http is handed over with its whole address', async () => {
    const proxy = await startProxy();
    const receiver = await startReceiver(answer(200, 'OK'));
    const opened = client(true, resolver(['127.0.0.1']).resolve, proxy.settings);
    expect(await opened.send(request(`${receiver.url}/in?a=1`))).toMatchObject({ status: 200, body: 'OK' });
    expect(receiver.calls.map(({ path, body }) => [path, body])).toEqual([['/in?a=1', '{}']]);
    // Nobody speaks TLS there: what matters is whom the proxy was asked for, and with which right.
    expect(await opened.send(request('https://crm.example/in'))).toHaveProperty('failure');
    expect(proxy.asked).toEqual([`POST ${receiver.url}/in?a=1`, 'CONNECT crm.example:443']);
    expect(proxy.rights).toEqual([BASIC, BASIC]);
  });

  test('names are checked here first, and those that are not known here are refused: the proxy would call what only it reaches', async () => {
    const proxy = await startProxy();
    const unknown = ((_name: string, _options: unknown, done: (error: Error) => void) => done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))) as unknown as typeof lookup;
    for (const [resolve, message] of [
      [resolver(['10.0.0.1']).resolve, 'crm.example is 10.0.0.1, which is refused'],
      [resolver(['93.184.216.34', '127.0.0.1']).resolve, 'crm.example is 127.0.0.1, which is refused'],
      [unknown, 'crm.example cannot be checked, as only the proxy may know it (ENOTFOUND)'],
    ] as const) {
      expect(await client(false, resolve, proxy.settings).send(request('https://crm.example/'))).toMatchObject({ failure: 'address_refused', message: expect.stringContaining(message) });
    }
    expect(await client(false, unknown, proxy.settings).send(request('http://10.0.0.1/'))).toMatchObject({ failure: 'address_refused' });
    expect(proxy.asked).toEqual([]);
    expect(await client(true, unknown, proxy.settings).send(request('http://only-the-proxy-knows.example/'))).toMatchObject({ status: 502 });
    expect(proxy.asked).toEqual(['POST http://only-the-proxy-knows.example/']);
  });

  test('what NO_PROXY names is called directly, and a proxy that wants a password is a failure of its own', async () => {
    const proxy = await startProxy();
    const receiver = await startReceiver();
    expect(await client(true, undefined, { ...proxy.settings, exceptions: ['127.0.0.1'] }).send(request(receiver.url))).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual([]);
    const without = proxySettings((name) => ({ HTTP_PROXY: proxy.url })[name]);
    expect(await client(true, undefined, without).send(request(receiver.url))).toMatchObject({ message: expect.stringContaining('Proxy Authentication Required (407)') });
    expect(receiver.calls).toHaveLength(1);
  });
});

test('an answer can be read as it comes, decoded, and throws where it is cut', async () => {
  const text = 'x'.repeat(200_000);
  const bytes = gzipSync(text);
  let asked = 0;
  const server = createServer((_request, response) => {
    const whole = asked++ === 0;
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole ? bytes : bytes.subarray(0, bytes.length - 20));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEndOfFile(() => void server.close());
  const opened = client(true);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = async (): Promise<number> => {
    const answered = await opened.open(request(url));
    if (!('body' in answered)) throw new Error(answered.message);
    let length = 0;
    for await (const piece of answered.body) length += piece.length;
    return length;
  };
  expect(await read()).toBe(text.length);
  await expect(read()).rejects.toThrow();
  expect(await client(false).open(request(url))).toMatchObject({ failure: 'address_refused' });
});
