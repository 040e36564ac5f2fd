import { beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { addMillis, batchOfInstant, dateOf, systemClock } from '../../src/core/time.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { insertMetrics, makeMetricTables, type Row } from '../support/rows/metric-tables.ts';
import { answer, startReceiver, type Receiver } from '../support/servers/receiver.ts';
import { storedRelays } from '../support/stages/relays.ts';

/** A long run: HUB_TEST_KILLS=200. */
const KILLS = Number(process.env['HUB_TEST_KILLS'] ?? 4);
const TIMEOUT_MS = 60_000 + KILLS * 15_000;
const CHECK = ['check-alerts'];
const SEND = ['resend-relays', '--no-progress', '--force'];
const POINTS = { check: ['lock.acquired', 'run.recorded', 'alerts.checked', 'run.finishing'], send: ['relays.claimed', 'relays.sent', 'relays.recorded'] };
const RULE = { id: 'out', title: 'Out of stock', severity: 'critical', metric: 'metric_stock.available', per: ['brand', 'sku'], when: { at_most: 0 }, resolved: true };

describeEachDatabase('check-alerts and sending, killed', (suite) => {
  beforeEach(async () => {
    await makeMetricTables(suite.database);
    await suite.empty();
  });

  test('tell of each fact by one relay with one id', async () => {
    const receiver = await startReceiver(answer(200));
    const place = placeFor(suite, receiver);
    await makeFresh(suite);
    for (let kill = 0; kill < KILLS; kill++) {
      // Something new fires before each kill.
      await insertMetrics(suite.database, 'metric_stock', [stock(`SKU-${kill}`)]);
      if (kill % 2 === 0) await place.hub(CHECK, { HUB_FAILPOINT: pick(POINTS.check) });
      else await killAfter(place, CHECK, 150 + Math.random() * 1_200);
      if (kill % 2 === 0) await place.hub(SEND, { HUB_FAILPOINT: pick(POINTS.send) });
      else await killAfter(place, SEND, 150 + Math.random() * 1_200);
    }
    expect((await place.hub(CHECK)).code).toBe(0);
    expect((await place.hub(CHECK)).code).toBe(0);
    expect((await place.hub(SEND)).code).toBe(0);
    // Of many kills ten in a row may hit one relay, which is given up then, as one that ends its workers would be: people revive it.
    expect((await place.hub([...SEND, '--status', 'dead'])).code).toBe(0);

    const relays = await storedRelays(suite.database);
    const told = relays.flatMap(({ payload }) => (JSON.parse(payload ?? '{}') as { data: { subjects: { subject: string }[] } }).data.subjects.map(({ subject }) => subject));
    expect(told.sort()).toEqual(Array.from({ length: KILLS }, (_, kill) => `alpina, SKU-${kill}`).sort());
    expect(relays.map(({ state }) => state)).toEqual(relays.map(() => 'delivered'));
    // At least once: what was sent and not recorded came again, with the same id and the same body.
    expect([...receiver.counts().keys()].sort()).toEqual(relays.map(({ relay_id: id }) => id).sort());
    for (const { relay_id: id, payload } of relays) expect(new Set(receiver.calls.filter((call) => call.id === id).map(({ body }) => body))).toEqual(new Set([payload]));
  }, TIMEOUT_MS);

  test('of a summary leave one relay for a scope and week', async () => {
    const receiver = await startReceiver(answer(200));
    const place = placeFor(suite, receiver);
    for (const point of ['lock.acquired', 'digest.enqueued', 'run.finishing']) {
      expect([point, (await place.hub(['send-summary'], { HUB_FAILPOINT: point })).code]).toEqual([point, 'SIGKILL']);
      expect((await place.hub(['send-summary'])).code).toBe(0);
    }
    expect(await storedRelays(suite.database)).toHaveLength(1);
  }, TIMEOUT_MS);
});

async function killAfter(place: Workspace, args: string[], ms: number): Promise<void> {
  const running = place.start(args);
  await Promise.race([sleep(ms), running.ended]);
  running.child.kill('SIGKILL');
  await running.ended;
}

function stock(sku: string): Row {
  return { brand: 'alpina', sku, location: 'main', day: dateOf(systemClock.now()), on_hand: '0', available: '0', velocity: '1', status: 'out', row_id: sku };
}

/** Metrics and stock that came a moment ago. */
async function makeFresh({ database }: TestDatabase): Promise<void> {
  const now = addMillis(systemClock.now(), -60_000);
  const counts = Object.fromEntries(['attempts', 'duration_ms', 'files', 'bytes_scanned', 'read', 'inserted', 'updated', 'unchanged', 'deleted', 'stale', 'repaired', 'rejected'].map((column) => [column, 1]));
  await database.write(async (tx) => {
    await tx('job_runs').insert({ run_id: 'built', command: 'build-metrics', brands: '', shard: '1/1', status: 'succeeded', change_no: 1, started_at: now, finished_at: now, host: 'h', pid: 1, version: 't', params: '{}' });
    await tx('import_batches').insert({ feed: 'inventory', brand: 'alpina', entity: 'stock_level', batch: batchOfInstant(now), run_id: 'built', status: 'finished', finished_at: now, ...counts });
  });
}

/** A folder whose files name the receiver and one rule. */
function placeFor({ url }: TestDatabase, receiver: Receiver): Workspace {
  const place = workspace({ HUB_DATABASE_URL: url });
  const spec = { id: 'team', mode: 'post', url: receiver.url, kinds: ['alert.fired', 'alert.resolved', 'digest.weekly'], allow_private: true };
  writeFileSync(join(place.folder, 'destinations.yaml'), JSON.stringify({ destinations: [spec] }));
  writeFileSync(join(place.folder, 'alerts.yaml'), JSON.stringify({ alerts: [RULE] }));
  writeFileSync(join(place.folder, 'hub.config.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\ndestinations:\n  file: destinations.yaml\nalerts:\n  file: alerts.yaml\n');
  return place;
}

function pick(points: readonly string[]): string {
  return points[Math.floor(Math.random() * points.length)] ?? '';
}
