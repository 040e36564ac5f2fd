import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { workspace, type Workspace } from '../../support/program/hub.ts';
import { startProxy } from '../../support/servers/http-proxy.ts';
import { answer, isSigned, startReceiver } from '../../support/servers/receiver.ts';
import { SECRET } from '../../support/stages/relays.ts';

const spec = { id: 'crm', mode: 'post', url: '${HUB_CRM_URL}', kinds: ['order.assembled', 'order.withdrawn'], allow_private: true, secrets: ['${HUB_CRM_SECRET}'], headers: { authorization: 'Bearer ${HUB_CRM_TOKEN}' } };

function placeFor(url: string, secret = SECRET): Workspace {
  const place = workspace({ HUB_CRM_URL: url, HUB_CRM_SECRET: secret, HUB_CRM_TOKEN: 't0k3n-of-crm' });
  writeFileSync(join(place.folder, 'destinations.yaml'), JSON.stringify({ destinations: [spec] }));
  writeFileSync(join(place.folder, 'hub.config.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\ndestinations:\n  file: destinations.yaml\n');
  return place;
}

test('hub relays test sends one signed example and shows request and answer, without secrets and without a database', async () => {
  const receiver = await startReceiver(answer(201, 'thank you, t0k3n-of-crm'));
  const place = placeFor(`${receiver.url}/hook`);
  const shown = await place.hub(['relays', 'test', '--destination', 'crm'], { HUB_DATABASE_URL: 'mysql://hub@127.0.0.1:1/hub' });
  expect([shown.stderr, shown.code]).toEqual(['', 0]);
  expect(shown.stdout).toMatch(/^POST http:.*\n {2}> user-agent: hub\/.*\n/m);
  expect(shown.stdout).toMatch(/^status 201 in /m);
  expect(shown.stdout).toContain('thank you, [redacted]');
  expect(shown.stdout).not.toContain('t0k3n-of-crm');
  const json = (await place.hub(['relays', 'test', '--destination', 'crm', '--kind', 'order.withdrawn', '--output', 'json'])).json();
  expect(json).toMatchObject({ destination: 'crm', kind: 'order.withdrawn', outcome: 'delivered', request: { method: 'POST', headers: { authorization: '[redacted]', 'hub-test': 'true' } }, answer: { status: 201 } });
  expect(receiver.calls.map((call) => [call.path, isSigned(call, SECRET), (JSON.parse(call.body) as { type: string; test: boolean }).type])).toEqual([
    ['/hook', true, 'order.assembled'],
    ['/hook', true, 'order.withdrawn'],
  ]);
});

test('hub relays test ends with 3 if the destination did not take it, with 2 if it cannot be called', async () => {
  const receiver = await startReceiver(answer(503));
  const refused = await placeFor(receiver.url).hub(['relays', 'test', '--destination', 'crm']);
  expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('a relay would be tried again: status 503')]);
  const broken = await placeFor(receiver.url, `${SECRET}\n`).hub(['relays', 'test', '--destination', 'crm']);
  expect([broken.code, broken.log()[0]?.message]).toEqual([2, expect.stringMatching(/destinations\.yaml:1: crm: secrets cannot use HUB_CRM_SECRET: it has white space or a line break/)]);
  expect(receiver.calls).toHaveLength(1);
});

test('hub relays test goes through the proxy of the environment, unless NO_PROXY names the host', async () => {
  const [proxy, receiver] = [await startProxy(), await startReceiver()];
  const place = placeFor(receiver.url);
  const environment = { HTTP_PROXY: proxy.settings.proxies['http:'] ?? '' };
  expect((await place.hub(['relays', 'test', '--destination', 'crm'], environment)).code).toBe(0);
  expect(proxy.asked).toEqual([`POST ${receiver.url}/`]);
  expect((await place.hub(['relays', 'test', '--destination', 'crm'], { ...environment, NO_PROXY: '127.0.0.1' })).code).toBe(0);
  expect([proxy.asked.length, receiver.calls.length]).toEqual([1, 2]);
  const wrong = await place.hub(['relays', 'test', '--destination', 'crm'], { HTTP_PROXY: 'socks5://u:s3cr3t@x' });
  expect([wrong.code, wrong.log()[0]?.code, wrong.stderr]).toEqual([2, 'invalid_proxy', expect.not.stringContaining('s3cr3t')]);
});

test.each(['assemble-orders', 'attribute-refunds'])('hub %s goes on where a destination cannot be used, and says that what is for it waits', async (command) => {
  const result = await placeFor('https://crm.example/', 'whsec_c2hvcnQ=').hub([command, '--output', 'json']);
  expect(result.code).toBe(0);
  expect(result.json()).toMatchObject({ warnings: [], problems: [{ code: 'destination_invalid', message: expect.stringMatching(/^what is for crm waits/), next: 'Correct it, then run hub doctor.' }] });
  expect(result.log()).toEqual([expect.objectContaining({ level: 'warn', code: 'destination_invalid', message: expect.stringMatching(/^what is for crm waits in the outbox.*HUB_CRM_SECRET: it is too short: 5 bytes/) })]);
});
