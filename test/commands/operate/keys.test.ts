import { expect, test } from '@jest/globals';

import { describeEachDatabase } from '../../support/databases/databases.ts';
import { customerLake } from '../../support/rows/customers.ts';
import { testClock } from '../../support/suite/clock.ts';
import { workspace, type HubResult } from '../../support/program/hub.ts';
import { fill } from '../../support/stages/orders.ts';

const KEY = 'the first key of the tests, long enough';
const OTHER = 'another key of the tests, long enough';

describeEachDatabase('hub keys id', (suite) => {
  test('tells another key from the right one, and replaces it only with --yes', async () => {
    await fill(suite.database, customerLake('20260320T050000Z', [{ number: 1 }]), testClock());
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: KEY });
    const other = (args: readonly string[]): Promise<HubResult> => place.hub(args, { HUB_ID_KEY: OTHER });
    expect((await place.hub(['keys', 'id', 'show'])).stdout).toContain('No id was made with it yet.');
    expect((await place.hub(['assemble-orders'])).code).toBe(0);
    expect((await place.hub(['keys', 'id', 'show'])).stdout).toContain('The database was filled with it.');
    expect((await place.hub(['keys', 'id', 'rotate', '--yes'])).stdout).toContain('there is nothing to replace');

    for (const command of ['assemble-orders', 'attribute-refunds', 'reconcile']) {
      const refused = await other([command]);
      expect(refused.code).toBe(2);
      expect(refused.log()).toMatchObject([{ code: 'id_key_changed', next: expect.stringContaining('hub keys id rotate') }]);
    }
    expect((await other(['doctor'])).stdout).toMatch(/^FAIL +fingerprint +HUB_ID_KEY is not the key/m);
    expect((await other(['keys', 'id', 'show'])).code).toBe(2);

    const asked = await other(['keys', 'id', 'rotate']);
    expect(asked.code).toBe(2);
    expect(asked.log()).toMatchObject([{ code: 'confirmation_missing', message: expect.stringContaining('1 persons and 1 orders get other public ids, and 1 documents go') }]);
    expect((await other(['keys', 'id', 'rotate', '--yes', '--output', 'json'])).json()).toMatchObject({ state: 'another', replaced: true, orders: 1 });
    expect((await other(['assemble-orders'])).code).toBe(0);
    expect((await place.hub(['assemble-orders'])).code).toBe(2);
  }, 120_000);

  test('a key of less than 32 characters is refused with its length', async () => {
    const refused = await workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(31) }).hub(['assemble-orders']);
    expect(refused.code).toBe(2);
    expect(refused.log()).toMatchObject([{ code: 'id_key_weak', message: expect.stringContaining('has 31 characters') }]);
  });
});
