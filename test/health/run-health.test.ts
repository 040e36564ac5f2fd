import { beforeEach, expect, test } from '@jest/globals';

import type { Database } from '../../src/db/database.ts';
import { addMillis, type Instant } from '../../src/core/time.ts';
import { checksOf, latestChecks } from '../../src/health/history.repository.ts';
import type { Probe } from '../../src/health/integration.ts';
import { checkHealth, isWell, type HealthServices } from '../../src/health/run-health.ts';
import { parseDestinations } from '../../src/relays/destinations/destinations.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';

const MINUTE_MS = 60_000;
const START = '2026-03-10 12:00:00.000000' as Instant;
const DESTINATIONS = `destinations:
  - { id: crm, mode: post, url: "https://crm.example/hook", kinds: [order.changed] }
  - { id: erp, mode: post, url: "\${ERP_URL}", kinds: [order.changed], brands: [alpina] }
  - { id: off, enabled: false, mode: post, url: "https://off.example", kinds: [order.changed] }
`;

let made = 0;
/** An attempt so many minutes before the start. */
async function attempt(database: Database, destination: string, minutesAgo: number, outcome = 'delivered', took = 50): Promise<void> {
  const id = `rel_${String(made++)}`;
  const at = addMillis(START, -minutesAgo * MINUTE_MS);
  await database.write(async (tx) => {
    const state = outcome === 'delivered' ? 'delivered' : outcome === 'dead' ? 'dead' : 'retrying';
    await tx('relays').insert({ relay_id: id, destination, kind: 'order.changed', dedupe_key: id, payload: null, has_body: 0, bucket: 0, state, attempts: 1, tries: 1, created_at: at, ended_at: state === 'retrying' ? null : at });
    await tx('relay_attempts').insert({ relay_id: id, attempt: 1, run_id: 'r', outcome, started_at: at, duration_ms: took, has_body: made % 2 });
  });
}

async function batch(database: Database, brand: string, minutesAgo: number, status = 'finished', feed = 'billing'): Promise<void> {
  const counts = { files: 1, bytes_scanned: 0, read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0, stale: 0, repaired: 0, rejected: 0 };
  await database.write((tx) => tx('import_batches').insert({ feed, brand, entity: 'invoice', batch: `2026031${String(made++)}T000000Z`, status, attempts: 1, run_id: 'r', finished_at: addMillis(START, -minutesAgo * MINUTE_MS), duration_ms: 200, ...counts }));
}

function services(database: Database, minutesLater = 0, change: Partial<HealthServices> = {}): HealthServices {
  return {
    ...{ database, clock: { now: () => addMillis(START, minutesLater * MINUTE_MS) }, brands: ['alpina', 'belmont'], geoFile: undefined, expectEvery: {} },
    destinations: parseDestinations({ file: 'destinations.yaml', text: DESTINATIONS }, { variable: () => undefined, brands: ['alpina', 'belmont'] }),
    webhooks: [{ id: 'stripe-alpina', brand: 'alpina', isRetired: false }, { id: 'old', brand: 'alpina', isRetired: true }],
    openGeo: () => Promise.resolve({ builtMs: 0 }),
    prober: undefined,
    ...change,
  };
}

const statesOf = (checks: readonly { readonly id: string; readonly state: string }[]) => Object.fromEntries(checks.map(({ id, state }) => [id, state]));
const probing = (probe: Probe): Partial<HealthServices> => ({ prober: { destination: () => Promise.resolve(probe), feed: () => Promise.resolve(undefined), intake: () => Promise.resolve({ ok: true }) } });

describeEachDatabase('hub health', (suite) => {
  beforeEach(() => suite.empty());

  test('is of what is declared and of feeds that came, by what really happened', async () => {
    await attempt(suite.database, 'crm', 3, 'delivered', 40);
    await attempt(suite.database, 'crm', 4, 'retrying', 90);
    await attempt(suite.database, 'crm', 200, 'dead', 9_000);
    await attempt(suite.database, 'crm', 2, 'lost');
    await batch(suite.database, 'alpina', 600);
    await batch(suite.database, 'belmont', 500, 'refused');
    await batch(suite.database, 'other', 500);
    await batch(suite.database, 'alpina', 1, 'finished', 'intake');
    const checks = await checkHealth(services(suite.database), { store: true });
    expect(statesOf(checks)).toEqual({ 'destination:crm': 'degraded', 'destination:erp': 'unverified', 'webhook:stripe-alpina': 'unverified', 'feed:billing/alpina': 'healthy', 'feed:billing/belmont': 'healthy', intake: 'healthy', database: 'healthy' });
    expect(checks.find(({ id }) => id === 'destination:crm')).toMatchObject({ kind: 'destination', brand: '*', dead: 1, reason: '1 dead letters since the check before', activity: { windowSeconds: 900, attempts: 2, failures: 1, p50Ms: 40, p95Ms: 90, lastSuccess: addMillis(START, -3 * MINUTE_MS) } });
    expect(checks.find(({ id }) => id === 'destination:erp')).toMatchObject({ brand: 'alpina', reason: 'ERP_URL is not set' });
    expect(checks.find(({ id }) => id === 'feed:billing/belmont')).toMatchObject({ brand: 'belmont', activity: { windowSeconds: 86_400, attempts: 1, failures: 1, lastSuccess: null } });
    expect((await suite.database.read(latestChecks)).map(({ id }) => id).sort()).toEqual(Object.keys(statesOf(checks)).sort());
  });

  test('counts dead letters since the check before, keeps since when a state lasts, and the last success', async () => {
    await attempt(suite.database, 'crm', 5, 'delivered');
    await attempt(suite.database, 'crm', 4, 'dead');
    const crmOf = async (later: number) => (await checkHealth(services(suite.database, later), { store: true })).find(({ id }) => id === 'destination:crm');
    expect(await crmOf(0)).toMatchObject({ state: 'degraded', dead: 1, since: START });
    expect(await crmOf(5)).toMatchObject({ state: 'healthy', dead: 0, since: addMillis(START, 5 * MINUTE_MS) });
    expect(await crmOf(10)).toMatchObject({ state: 'healthy', since: addMillis(START, 5 * MINUTE_MS) });
    expect(await crmOf(24 * 60)).toMatchObject({ state: 'unverified', activity: { attempts: 0, lastSuccess: addMillis(START, -5 * MINUTE_MS) } });
    expect((await suite.database.read((knex) => checksOf(knex, 'destination:crm', 2))).map(({ state }) => state)).toEqual(['unverified', 'healthy']);
  });

  test('is down after three failures, two failed probes, or when disabled', async () => {
    for (const minutes of [3, 2, 1]) await attempt(suite.database, 'crm', minutes, 'retrying');
    expect(statesOf(await checkHealth(services(suite.database), { store: true }))['destination:crm']).toBe('down');
    await suite.empty();
    const probed = async (later: number, probe: Probe) => (await checkHealth(services(suite.database, later, probing(probe)), { store: true })).find(({ id }) => id === 'destination:crm');
    expect(await probed(0, { ok: false, why: 'ECONNREFUSED' })).toMatchObject({ state: 'unverified', probe: 'failed' });
    // A check that did not probe lies between.
    await checkHealth(services(suite.database, 5), { store: true });
    expect(await probed(10, { ok: false, why: 'ECONNREFUSED' })).toMatchObject({ state: 'down' });
    expect(await probed(15, { ok: true })).toMatchObject({ state: 'healthy', probe: 'ok' });
    await suite.database.write((tx) => tx('destination_states').insert({ destination: 'crm', failures: 0, pauses: 0, disabled_at: START, disabled_reason: 'it answered 410 Gone' }));
    const checks = await checkHealth(services(suite.database, 20), { store: true });
    expect(checks.find(({ id }) => id === 'destination:crm')).toMatchObject({ state: 'down', reason: 'disabled: it answered 410 Gone' });
    expect(isWell(checks)).toBe(false);
  });

  test('holds the time of an attempt against what was usual for seven days', async () => {
    for (let nth = 0; nth < 30; nth++) await attempt(suite.database, 'crm', 1, 'delivered', nth < 25 ? 10 : 100);
    const at = async (later: number) => (await checkHealth(services(suite.database, later), { store: true })).find(({ id }) => id === 'destination:crm');
    expect(await at(0)).toMatchObject({ state: 'healthy', activity: { p95Ms: 100 } });
    for (let nth = 0; nth < 30; nth++) await attempt(suite.database, 'crm', -60, 'delivered', nth < 25 ? 10 : 301);
    expect(await at(61)).toMatchObject({ state: 'degraded', activity: { p95Ms: 301 } });
  });

  test('tells of who is silent for longer than expected, and refuses to expect what there is not', async () => {
    await attempt(suite.database, 'crm', 49 * 60);
    await batch(suite.database, 'alpina', 27 * 60);
    const expectEvery = { 'destination:crm': '2d', 'feed:billing/alpina': '26h', 'feed:ads/belmont': '1d', intake: '1h' };
    const checks = await checkHealth(services(suite.database, 0, { expectEvery }), { store: false });
    const reasons = Object.fromEntries(checks.map(({ id, reason }) => [id, reason]));
    expect(reasons).toMatchObject({ 'destination:crm': 'silent for 49 h, expected every 48 h', 'feed:billing/alpina': 'silent for 27 h, expected every 26 h', 'feed:ads/belmont': 'silent: nothing ever came, expected every 24 h', intake: 'silent: nothing ever came, expected every 1 h' });
    expect(await suite.database.read(latestChecks)).toEqual([]);
    await expect(checkHealth(services(suite.database, 0, { expectEvery: { 'webhook:old': '1h' } }), { store: false })).rejects.toMatchObject({ kind: 'configuration', code: 'unknown_integration' });
  });

  test('reads the geo file, and a source of webhooks by its events', async () => {
    const event = { source: 'stripe-alpina', webhook_id: 'w', brand: 'alpina', type: 'x', last_received_at: START, deliveries: 1, other_bodies: 0, tries: 1, updated_at: START, headers: '{}', is_base64: 0, body_sha256: 'a', lake_batch: 'b', created_run: 'r' };
    await suite.database.write(async (tx) => {
      for (const [id, state] of [['a', 'done'], ['b', 'dead'], ['c', 'ignored']] as const) await tx('webhooks').insert({ ...event, event_id: id, state, received_at: addMillis(START, -MINUTE_MS) });
    });
    const check = async (openGeo: HealthServices['openGeo']) => (await checkHealth(services(suite.database, 1, { geoFile: 'city.mmdb', openGeo }), { store: false })).filter(({ id }) => id === 'geo' || id.startsWith('webhook:'));
    const days = (count: number) => Promise.resolve({ builtMs: Date.parse('2026-03-10T12:01:00Z') - count * 86_400_000 });
    expect(await check(() => days(46))).toMatchObject([{ state: 'degraded', dead: 1, activity: { attempts: 3, failures: 1 } }, { state: 'degraded', reason: 'it is 46 days old' }]);
    expect((await check(() => days(1)))[1]).toMatchObject({ state: 'healthy' });
    expect((await check(() => Promise.reject(new Error('no such file'))))[1]).toMatchObject({ state: 'down', reason: 'cannot be read: no such file' });
  });
});
