import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { servePlace } from './process.ts';

test('a key that was made on the command line reads a feed of the server until it is revoked; a faulty feeds.yaml is refused', async () => {
  const place = await servePlace();
  mkdirSync(join(place.folder, 'config'));
  const declare = (text: string): void => writeFileSync(join(place.folder, 'config', 'feeds.yaml'), text);
  declare('feeds:\n  orders: { table: orders, columns: { order: public_id, currency: currency, invoiced: invoiced }, key: order, currency: currency }\n  leads: { table: leads, columns: [lead_id], key: lead_id }\n');
  const { key, id } = (await place.hub(['keys', 'create', 'sheet', '--role', 'reader', '--feed', 'orders', '--output', 'json'])).json() as { key: string; id: string };
  const server = await place.serve();
  const ask = (path: string, on = server): Promise<Response> => fetch(`${on.address}${path}`, { headers: { authorization: `Bearer ${key}` } });
  const csv = await ask('/v1/feeds/orders.csv?bom=0&select=order,invoiced');
  expect([csv.status, await csv.text(), csv.headers.get('ratelimit-policy')]).toEqual([200, 'order,invoiced\r\n', null]);
  expect((await ask('/v1/feeds/leads.csv')).status).toBe(403);
  expect((await place.hub(['keys', 'list', '--output', 'json'])).json()).toMatchObject({ items: [{ id, last_used_on: expect.stringMatching(/^\d{4}-/) }] });

  declare('feeds: { orders: { table: persons } }\n');
  expect((await place.hub(['serve', '--check'])).log()).toMatchObject([{ code: 'feeds_invalid', message: expect.stringContaining('feeds.yaml:1:') }]);
  server.child.kill('SIGHUP');
  await sleep(500);
  expect((await ask('/v1/feeds/orders.json')).status).toBe(200);
  declare('feeds: { orders: { table: orders, columns: [public_id], key: public_id } }\n');
  server.child.kill('SIGHUP');
  const header = async (): Promise<string> => (await ask('/v1/feeds/orders.csv?bom=0')).text();
  for (let waited = 0; waited < 40 && (await header()) !== 'public_id\r\n'; waited++) await sleep(250);
  expect(await header()).toBe('public_id\r\n');

  await place.hub(['keys', 'revoke', id]);
  server.child.kill('SIGTERM');
  await server.ended;
  const later = await place.serve();
  const refused = await ask('/v1/feeds/orders.json', later);
  expect([refused.status, await refused.json()]).toMatchObject([401, { type: 'urn:hub:problem:key_revoked' }]);
  later.child.kill('SIGKILL');
  await later.ended;
}, 120_000);
