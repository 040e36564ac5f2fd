import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';

import { servePlace } from './process.ts';
import { stripeHeaders } from './webhook-sources.ts';

/** A long run: HUB_TEST_KILLS=200. */
const KILLS = Number(process.env['HUB_TEST_KILLS'] ?? 2);
const AT_ONCE = 8;
const ENVIRONMENT = { SECRET: 'a secret of the tests' };

/** Sends events without a pause until the signal; gives the ids of those that were answered with success. */
async function sendWebhooks(url: string, run: number, signal: AbortSignal): Promise<string[]> {
  const answered: string[] = [];
  let sent = 0;
  const send = async (): Promise<void> => {
    while (!signal.aborted) {
      const id = `evt_${run}_${sent++}`;
      const body = JSON.stringify({ id, type: 'charge.x', data: { email: 'anna@mail.ch' } });
      try {
        if ((await fetch(url, { method: 'POST', headers: stripeHeaders(body), body })).status === 200) answered.push(id);
      } catch {
        // The server was killed: what had no answer was promised to nobody.
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return answered;
}

test(`a server that is killed at random under load loses no webhook that was answered, and its log holds nothing of them (${KILLS} kills)`, async () => {
  const place = await servePlace();
  mkdirSync(join(place.folder, 'config'), { recursive: true });
  writeFileSync(join(place.folder, 'config', 'webhooks.yaml'), 'sources:\n  - { id: stripe-alpina, brand: alpina, scheme: stripe, secrets: ["${SECRET}"] }\n');
  const answered: string[] = [];
  const logs: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await place.serve(ENVIRONMENT);
    const end = new AbortController();
    const sending = sendWebhooks(`${server.address}/w/stripe-alpina`, kill, end.signal);
    await sleep(80 + Math.random() * 260);
    server.child.kill('SIGKILL');
    end.abort();
    answered.push(...(await sending));
    logs.push((await server.ended).stderr);
  }
  expect((await place.hub(['journal', 'publish'])).code).toBe(0);
  const intake = join(place.folder, '.hub', 'intake', 'webhook');
  const files = existsSync(intake) ? readdirSync(intake, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ndjson.gz')) : [];
  const published = files.flatMap((name) => gunzipSync(readFileSync(join(intake, name))).toString().trimEnd().split('\n')).map((line) => JSON.parse(line) as { event_id: string; delivery_id: string });
  expect(answered.length).toBeGreaterThan(KILLS);
  const ids = new Set(published.map(({ event_id: id }) => id));
  expect(answered.filter((id) => !ids.has(id))).toEqual([]);
  expect(new Set(published.map(({ delivery_id: id }) => id)).size).toBe(published.length);
  expect(logs.join('')).toContain('/w/:source');
  expect(logs.join('')).not.toMatch(/anna|mail\.ch|evt_|charge\.x|a secret of the tests|v1=/);
  const imported = await place.hub(['import-intake', '--kind', 'webhook', '--output', 'json']);
  expect(imported.json()).toMatchObject({ status: 'succeeded', totals: { read: published.length, inserted: ids.size } });
  const listed = await place.hub(['webhooks', 'list', '--output', 'json', '--limit', '1']);
  expect(listed.json()).toMatchObject({ sums: [{ source: 'stripe-alpina', state: 'ignored', reason: 'no_action', events: ids.size }], items: [{ deliveries: 1 }] });
  expect(listed.stdout + imported.stdout + imported.stderr).not.toMatch(/anna|mail\.ch/);
}, 60_000 + KILLS * 15_000);
