import type { lookup } from 'node:dns';
import { expect, test } from '@jest/globals';

import { openHttpClient } from '../../src/net/http.client.ts';
import { atEndOfFile } from '../support/cleanup.ts';
import { answer, startReceiver } from '../support/receiver.ts';

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

function client(allowPrivate: boolean, resolve?: typeof lookup) {
  const opened = openHttpClient({ timeoutMs: 2_000, concurrency: 1, allowPrivate, ...(resolve === undefined ? {} : { resolve }) });
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
