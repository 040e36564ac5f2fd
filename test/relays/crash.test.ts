import { beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import type { Database } from '../../src/db/database.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { answer, startReceiver, type Receiver } from '../support/servers/receiver.ts';
import { crm, enqueue, orderEvent, resend, statesOf, storedAttempts, storedRelays } from '../support/stages/relays.ts';

const SEND = ['resend-relays', '--no-progress'];
const SENDING = [...failpoints.filter((name) => name.startsWith('relays.') && name !== 'relays.enqueued'), 'run.finishing'];
const ORDERS = 12;

describeEachDatabase('hub resend-relays, killed', (suite) => {
  beforeEach(() => suite.empty());

  test('at any commit point and run again loses nothing, and the receiver sees the same ids again', async () => {
    const receiver = await startReceiver();
    const place = placeFor(suite, receiver, { concurrency: 2 });
    for (const point of [...SENDING, 'relays.sent:5', 'relays.recorded:2']) {
      await suite.empty();
      receiver.counts().clear();
      await fill(suite.database, receiver, ORDERS);
      expect([point, (await place.hub(SEND, { HUB_FAILPOINT: point })).code]).toEqual([point, 'SIGKILL']);
      // Only what is killed must be a process; a start takes most of the time of so small a run.
      const { status, warnings } = await resend(suite.database, crm(receiver.url, { kinds: ['order.assembled'], concurrency: 2 }), systemClock);
      expect({ point, status, warnings }).toEqual({ point, status: 'succeeded', warnings: [] });
      expect(await statesOf(suite.database)).toEqual(Array.from({ length: ORDERS }, (_, order) => `ord_${order} v1 delivered`).sort());
      expect(receiver.counts().size).toBe(ORDERS);
      // At least once: what was sent and not recorded when the process died came twice.
      expect(Math.max(...receiver.counts().values())).toBeLessThanOrEqual(2);
      await expectEveryAttempt(suite.database);
    }
    expect(receiver.mostAtOnce()).toBe(1);
  }, 120_000);

  test('between send and record: the attempt is kept as lost and the relay sent again, also when its process is only remembered', async () => {
    const receiver = await startReceiver();
    const place = placeFor(suite, receiver);
    await fill(suite.database, receiver, 1);
    expect((await place.hub(SEND, { HUB_FAILPOINT: 'relays.sent' })).code).toBe('SIGKILL');
    expect((await storedRelays(suite.database))[0]).toMatchObject({ state: 'in_flight', attempts: 1 });
    await suite.database.knex('job_runs').update({ host: 'elsewhere.example' });
    const early = await place.hub([...SEND, '--output', 'json']);
    expect(early.json()).toMatchObject({ totals: { sent: 0, waiting: 1 } });
    await suite.database.knex('relays').update({ lease_until: '2020-01-01 00:00:00.000000' });
    expect((await place.hub(SEND)).code).toBe(0);
    expect((await storedAttempts(suite.database)).map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'lost'],
      [2, 'delivered'],
    ]);
    expect([...receiver.counts().values()]).toEqual([2]);
  });

  test('while leads are put into the outbox: the file again leaves each once', async () => {
    const receiver = await startReceiver();
    const place = placeFor(suite, receiver, { kinds: ['lead.created'] });
    const lines = Array.from({ length: 1_200 }, (_, lead) => JSON.stringify({ dedupe_key: `lead-${lead}`, payload: { lead } }));
    writeFileSync(join(place.folder, 'leads.ndjson'), `${lines.join('\n')}\n`);
    const enqueueFile = ['relays', 'enqueue', '--destination', 'crm', '--file', 'leads.ndjson', '--output', 'json'];
    expect((await place.hub(enqueueFile, { HUB_FAILPOINT: 'relays.enqueued:2' })).code).toBe('SIGKILL');
    expect((await place.hub(enqueueFile)).json()).toMatchObject({ totals: { read: 1_200, enqueued: 200, known: 1_000, rejected: 0 } });
    expect(await storedRelays(suite.database)).toHaveLength(1_200);
  });
});

describeEachDatabase('hub resend-relays, interrupted', (suite) => {
  beforeEach(() => suite.empty());

  test('finishes what is under way, records it, and gives the rest back', async () => {
    const receiver = await startReceiver(async (_call, response) => {
      await sleep(600);
      response.end('ok');
    });
    const place = placeFor(suite, receiver, { concurrency: 2 });
    await fill(suite.database, receiver, ORDERS);
    const running = place.start([...SEND, '--log-level', 'error']);
    while (receiver.calls.length < 2) await sleep(20);
    running.child.kill('SIGTERM');
    const result = await running.ended;
    expect(result.code).toBe(143);
    const relays = await storedRelays(suite.database);
    expect(relays.filter(({ state }) => state === 'delivered')).toHaveLength(receiver.calls.length);
    expect(relays.filter(({ state }) => state === 'pending')).toHaveLength(ORDERS - receiver.calls.length);
    for (const relay of relays.filter(({ state }) => state === 'pending')) expect(relay).toMatchObject({ attempts: 0, tries: 0, lease_until: null });
    expect(await suite.database.read((knex) => knex('job_runs').select('status'))).toEqual([{ status: 'interrupted' }]);
    receiver.script = answer(200);
    expect((await place.hub(SEND)).code).toBe(0);
    expect([...receiver.counts().values()]).toEqual(Array.from({ length: ORDERS }, () => 1));
  });
});

describeEachDatabase('several workers at once', (suite) => {
  test.each([2, 8])('%i processes send each relay once', async (workers) => {
    await suite.empty();
    const receiver = await startReceiver(async (_call, response) => {
      await sleep(5);
      response.end();
    });
    const place = placeFor(suite, receiver, { concurrency: 4 });
    const orders = 20 * workers;
    await fill(suite.database, receiver, orders);
    const runs = await Promise.all(Array.from({ length: workers }, () => place.hub([...SEND, '--output', 'json'])));
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(runs.map(() => [0, '']));
    const sent = runs.map((run) => (run.json() as { totals: { sent: number } }).totals.sent);
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(orders);
    expect([...receiver.counts().values()].every((count) => count === 1)).toBe(true);
    expect(receiver.counts().size).toBe(orders);
    expect(receiver.mostAtOnce()).toBe(1);
    expect((await storedRelays(suite.database)).every(({ state }) => state === 'delivered')).toBe(true);
    await expectEveryAttempt(suite.database);
  }, 60_000);
});

/** A folder whose destinations file names the receiver. */
function placeFor(suite: TestDatabase, receiver: Receiver, extra: Readonly<Record<string, unknown>> = {}): Workspace {
  const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_CRM_URL: receiver.url });
  const spec = { id: 'crm', mode: 'post', url: '${HUB_CRM_URL}', kinds: ['order.assembled'], allow_private: true, ...extra };
  writeFileSync(join(place.folder, 'destinations.yaml'), JSON.stringify({ destinations: [spec] }));
  writeFileSync(join(place.folder, 'hub.config.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\ndestinations:\n  file: destinations.yaml\n');
  return place;
}

function fill(database: Database, receiver: Receiver, orders: number): Promise<number> {
  return enqueue(database, crm(receiver.url), systemClock, Array.from({ length: orders }, (_, order) => orderEvent(order)));
}

/** Each relay has as many attempts kept as it was tried. */
async function expectEveryAttempt(database: Database): Promise<void> {
  const kept = new Map<string, number>();
  for (const { relay_id: id } of await storedAttempts(database)) kept.set(id, (kept.get(id) ?? 0) + 1);
  for (const relay of await storedRelays(database)) expect(kept.get(relay.relay_id)).toBe(relay.attempts);
}
