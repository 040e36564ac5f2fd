import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { StripeSimulator } from '../../simulators/stripe/stripe.ts';
import { workspace, type HubResult, type Workspace } from '../../support/program/hub.ts';

const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

describe('hub secrets check', () => {
  const simulator = new StripeSimulator();
  let place: Workspace;
  const hub = (args: readonly string[], environment = {}, stdin?: string): Promise<HubResult> => place.start(['secrets', ...args], environment, stdin).ended;
  const statesOf = (result: HubResult): unknown[] => (result.json() as { items: { name: string; state: string }[] }).items.map(({ name, state }) => [name, state]);

  beforeAll(() => simulator.start());
  afterAll(() => simulator.close());
  beforeEach(async () => {
    place = workspace({ HUB_SECRETS_KEY: KEY });
    appendFileSync(join(place.folder, 'hub.config.yaml'), `\nsources:\n  - { platform: stripe, account: main, brand: alpina, start: 2026-11-01, base_url: "${simulator.url}", credentials: { api_key: STRIPE_KEY } }\n`);
    simulator.key = 'rk_test_simulated';
    await hub(['set', 'OTHER'], {}, 'unused value\n');
  });

  test('asks each account for one page with its secrets, says who uses them, and notes how it ended', async () => {
    const missing = await hub(['check', '--output', 'json']);
    expect([missing.code, statesOf(missing)]).toEqual([3, [['OTHER', 'not asked'], ['STRIPE_KEY', 'missing']]]);
    await hub(['set', 'STRIPE_KEY', '--expires', '2099-01-01'], {}, 'rk_test_simulated\n');
    const before = simulator.requests.length;
    const fine = await hub(['check']);
    expect([fine.code, fine.stdout]).toEqual([0, expect.stringMatching(/STRIPE_KEY +stripe\/main +table +2099-01-01[^ ]* +ok/)]);
    expect(simulator.requests.length).toBe(before + 1);
    expect((await hub(['list', '--output', 'json'])).json()).toMatchObject({ items: [{ name: 'OTHER', users: [], check_status: null }, { name: 'STRIPE_KEY', users: ['stripe/main'], check_status: 'ok', checked_at: expect.any(String) }] });
    simulator.key = 'rk_test_another';
    const refused = await hub(['check', '--output', 'json']);
    expect([refused.code, statesOf(refused)]).toEqual([3, [['OTHER', 'not asked'], ['STRIPE_KEY', 'refused']]]);
    expect((await hub(['list'])).stdout).toMatch(/STRIPE_KEY.* refused/);
    expect(`${fine.stdout}${refused.stdout}${refused.stderr}${fine.stderr}`).not.toMatch(/rk_test_simulated|unused value/);
  }, 60_000);

  test('--offline asks nobody, and a row under a key that is gone does not open', async () => {
    await hub(['set', 'STRIPE_KEY', '--expires', '2020-01-01'], {}, 'rk_test_simulated\n');
    const before = simulator.requests.length;
    const expired = await hub(['check', '--offline', '--output', 'json']);
    expect([expired.code, statesOf(expired)]).toEqual([3, [['OTHER', 'not asked'], ['STRIPE_KEY', 'expired']]]);
    const lost = await hub(['check', '--output', 'json'], { HUB_SECRETS_KEY: `k2:${Buffer.alloc(32, 2).toString('base64')}` });
    expect([lost.code, statesOf(lost)]).toEqual([3, [['OTHER', 'unreadable'], ['STRIPE_KEY', 'unreadable']]]);
    expect(simulator.requests.length).toBe(before);
  });

  test('an account that cannot be reached is no fault of its secret', async () => {
    const config = join(place.folder, 'hub.config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(simulator.url, 'http://127.0.0.1:9'));
    const result = await hub(['check', '--output', 'json'], { STRIPE_KEY: 'rk_test_simulated' });
    expect([result.code, statesOf(result)]).toEqual([3, [['OTHER', 'not asked'], ['STRIPE_KEY', 'unreachable']]]);
  }, 180_000);
});
