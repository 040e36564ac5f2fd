import { describe, expect, test } from '@jest/globals';

import { invalidReason } from '../../src/orders/documents/document-schema.ts';
import { openHttpClient } from '../../src/net/http.client.ts';
import { exampleDocument, examplePayload } from '../../src/relays/destinations/example.ts';
import { previewDestination } from '../../src/relays/preview.ts';
import { relayKinds } from '../../src/relays/outbox/relay.ts';
import { tryDestination, usableDestination } from '../../src/relays/try-destination.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { testClock } from '../support/suite/clock.ts';
import { answer, startReceiver } from '../support/servers/receiver.ts';
import { crm, destinationsOf, SECRET } from '../support/stages/relays.ts';

const clock = { now: () => testClock().now() };

function services(destination: { readonly timeoutMs: number; readonly concurrency: number; readonly allowPrivate: boolean }) {
  const client = openHttpClient(destination);
  atEndOfFile(() => client.close());
  return { client, clock, version: '0.0.0', random: Math.random };
}

describe('an example', () => {
  test.each(relayKinds)('of %s says that it is a test, and names nobody', (kind) => {
    const payload = examplePayload(kind, clock.now());
    expect(JSON.parse(payload)).toMatchObject({ test: true });
    expect(payload.match(/[\w.-]+@[\w.-]+/g) ?? []).toEqual(kind === 'lead.created' ? ['hub-test@example.com'] : []);
  });

  test('of an order has a document that the schema allows', () => {
    expect(invalidReason(exampleDocument)).toBeUndefined();
  });
});

describe('a trial', () => {
  test('sends one marked and signed example, another one each time, and shows the answer without secrets', async () => {
    const receiver = await startReceiver(answer(422, `no, not with ${SECRET}`));
    const [destination] = crm(receiver.url);
    if (destination === undefined) throw new Error('no destination');
    const trials = [await tryDestination(services(destination), destination, undefined), await tryDestination(services(destination), destination, 'order.withdrawn')];
    expect(trials).toMatchObject([
      { kind: 'order.assembled', attempt: { outcome: 'dead', reason: 'status 422', status: 422, responseBody: 'no, not with [redacted]' } },
      { kind: 'order.withdrawn' },
    ]);
    expect(receiver.calls.map(({ body }) => body)).toEqual(trials.map(({ body }) => body));
    expect(receiver.calls[0]?.headers).toMatchObject({ 'hub-test': 'true', 'webhook-id': expect.stringMatching(/^test_[0-9a-f]{32}$/) });
    expect(receiver.calls.map(({ headers }) => String(headers['webhook-signature']).startsWith('v1,'))).toEqual([true, true]);
    expect(receiver.counts().size).toBe(2);
    expect(JSON.stringify(trials)).not.toContain(SECRET);
  });

  test('takes only a kind that the destination takes', async () => {
    const [destination] = crm('http://127.0.0.1:1/');
    if (destination === undefined) throw new Error('no destination');
    await expect(tryDestination(services(destination), destination, 'conversion')).rejects.toMatchObject({ code: 'kind_not_taken', nextStep: expect.stringContaining('order.assembled') });
  });

  test('needs a destination that can be called, and says why not', () => {
    const broken = { id: 'bad', enabled: true, kinds: new Set(relayKinds), brands: undefined, problem: 'd.yaml:3: bad: url is no URL' };
    expect(() => usableDestination([broken], 'bad')).toThrow(expect.objectContaining({ kind: 'configuration', message: 'bad: cannot be used: d.yaml:3: bad: url is no URL.' }));
    expect(() => usableDestination([broken], 'worse')).toThrow(expect.objectContaining({ code: 'unknown_destination' }));
  });
});

describe('a preview', () => {
  const network = (url: string, extra = '') => destinationsOf(`destinations: [{ id: net, mode: get, url: "${url}", kinds: [conversion, lead.created]${extra} }]`, { TOKEN: 'tok/en-1' });

  test('shows what would be called, once an address, without secrets', () => {
    expect(network('https://n.example/?k=${TOKEN}&c={click_id}&p={payout}').flatMap((each) => previewDestination(each, '0.0.0', clock.now()))).toEqual([
      { destination: 'net', kind: 'conversion', request: 'GET https://n.example/?k=[redacted]&c=hub-test&p=0.00', problem: null },
    ]);
  });

  test('shows what nothing could be sent for', () => {
    expect(network('https://n.example/?k=${KEY}').flatMap((each) => previewDestination(each, '0.0.0', clock.now()))).toMatchObject([{ request: null, problem: 'KEY is not set' }]);
    const [orders] = crm('https://crm.example/', { required: ['order_id'] });
    expect(orders && previewDestination(orders, '0.0.0', clock.now())).toMatchObject([{ kind: 'order.assembled', request: null, problem: 'order_id is required but missing' }]);
  });
});
