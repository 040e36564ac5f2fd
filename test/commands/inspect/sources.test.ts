import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { dateOf, systemClock } from '../../../src/core/time.ts';
import { StripeSimulator } from '../../simulators/stripe/stripe.ts';
import { workspace, type Workspace } from '../../support/program/hub.ts';

const today = dateOf(systemClock.now());
const account = (more: string, platform = 'stripe'): string => `\nsources:\n  - platform: ${platform}\n    account: main\n    brand: alpina\n    start: ${today}\n${more}\n`;

describe('hub extract and hub sources', () => {
  const simulator = new StripeSimulator();
  let place: Workspace;
  beforeAll(async () => {
    await simulator.start();
    simulator.put('charges', { id: 'ch_1', created: Date.parse(`${today}T00:00:00Z`) / 1_000, amount: 1, currency: 'eur', status: 'succeeded' });
    place = workspace({ STRIPE_KEY: 'rk_test_simulated' });
    appendFileSync(join(place.folder, 'hub.config.yaml'), account(`    base_url: "${simulator.url}"\n    credentials: { api_key: STRIPE_KEY }`));
  });
  afterAll(() => simulator.close());

  test('ask for a page in a dry run, then for everything, and list it', async () => {
    const dry = await place.hub(['extract', '--stream', 'charges', '--dry-run', '--output', 'json']);
    expect(dry.json()).toMatchObject({ dry_run: true, items: [{ platform: 'stripe', stream: 'charges', records: 1, slices: 1 }] });
    expect(existsSync(join(place.folder, '.hub/sources/stripe'))).toBe(false);
    const run = await place.hub(['extract', '--stream', 'charges']);
    expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^extract: done, [^]*charges/)]);
    expect((await place.hub(['sources', 'list', '--stream', 'charges', '--output', 'json'])).json()).toMatchObject([{ platform: 'stripe', account: 'main', stream: 'charges', newest_batch: expect.stringMatching(/^\d{8}T\d{6}Z$/), version: '2026-10-28.endive', version_ends: null }]);
  });

  test('change the state only with --yes', async () => {
    const where = ['--source', 'stripe', '--account', 'main', '--stream', 'charges'];
    expect((await place.hub(['sources', 'state', 'reset', ...where])).log()[0]).toMatchObject({ code: 'confirmation_missing' });
    expect((await place.hub(['sources', 'state', 'set', ...where, '--cursor', '2026-11-01', '--yes'])).stdout).toBe('The cursor of stripe/charges, account main is 2026-11-01T00:00:00.000Z.\n');
    expect((await place.hub(['sources', 'state', 'show', '--output', 'json'])).json()).toMatchObject([{ stream: 'charges', cursor: '2026-11-01T00:00:00.000Z' }]);
    await place.hub(['sources', 'state', 'reset', ...where, '--yes']);
    expect((await place.hub(['sources', 'state', 'show'])).stdout).toBe('Nothing was asked for yet.\n');
  });

  test('end with 3 where a stream failed, and with 6 where all that failed can wait', async () => {
    simulator.spoil({ request: /v1\/(charges|events)/, how: { status: 403, body: '{"error":{"message":"no permission"}}' } });
    expect((await place.hub(['extract', '--stream', 'charges', 'refunds'])).code).toBe(3);
    simulator.spoil({ request: /v1\/(charges|events)/, how: { status: 429, headers: { 'retry-after': '7200' }, body: '{}' } });
    const waiting = await place.hub(['extract', '--stream', 'charges', 'refunds']);
    expect([waiting.code, waiting.stdout]).toEqual([6, expect.stringContaining('waiting')]);
    const everything = `${waiting.stdout}${waiting.stderr}`;
    expect(everything).not.toContain('rk_test_simulated');
  });

  test('take the lines of a Singer tap from standard input', async () => {
    const lines = ['{"type":"SCHEMA","stream":"users","schema":{},"key_properties":["id"]}', '{"type":"RECORD","stream":"users","record":{"id":1}}', '{"type":"STATE","value":{"users":1}}'];
    const named = ['extract', '--from-singer', '-', '--source', 'example', '--account', 'main', '--brand', 'alpina'];
    expect((await place.start(named, {}, `${lines.join('\n')}\n`).ended).stdout).toMatch(/users/);
    expect((await place.hub(['sources', 'state', 'show', '--source', 'example'])).stdout).toBe('{"users":1}\n');
    const cut = await place.start(named, {}, `${lines[0] ?? ''}\nINFO\n`).ended;
    expect([cut.code, cut.log()[0]?.code]).toEqual([3, 'singer_invalid_line']);
  });
});

describe('an account that cannot be meant', () => {
  const wrong: readonly (readonly [name: string, yaml: string, message: RegExp])[] = [
    ['an unknown platform', account('    credentials: {}', 'strype'), /hub\.config\.yaml:\d+: "sources\.0\.platform" is none that hub knows\. Did you mean stripe\?/],
    ['a missing credential', account('    credentials: {}'), /"sources\.0\.credentials" lacks api_key/],
    ['an unknown stream', account('    streams: [chargez]\n    credentials: { api_key: KEY }'), /is no stream of Stripe\. Did you mean charges\?/],
    ['a setting that is missing', account('    credentials: { client_id: A, client_secret: B }', 'shopify'), /"sources\.0\.settings" lacks shop/],
    ['an address without https', account('    base_url: http://api.example\n    credentials: { api_key: KEY }'), /must begin with https/],
    ['an unknown brand', account('    credentials: { api_key: KEY }').replace('brand: alpina', 'brand: nobody'), /"sources\.0\.brand" is none of the brands/],
  ];
  test.each(wrong)('%s is told with its line', async (_name, yaml, message) => {
    const place = workspace();
    writeFileSync(join(place.folder, 'hub.config.yaml'), `brands: [{ id: alpina, name: Alpina }]\n${yaml}`);
    const result = await place.hub(['sources', 'list']);
    expect([result.code, result.log()[0]?.message]).toEqual([2, expect.stringMatching(message)]);
  });
});
