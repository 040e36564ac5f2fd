import { expect, test } from '@jest/globals';

import { promptHidden, type Terminal } from '../../../src/cli/hidden-input.client.ts';
import { describeEachDatabase, filledTables } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';
import { workspace, type HubResult } from '../../support/program/hub.ts';

const key = (id: string, fill: number): string => `${id}:${Buffer.alloc(32, fill).toString('base64')}`;
const VALUES = ['shpss_a1b2c3d4e5f6', 'rk_test_0123456789', '{\n  "private_key": "-----BEGIN-----\\nMIIEvQ"\n}'];

describeEachDatabase('hub secrets', (suite) => {
  test('stores, lists and rotates; a rotation that is killed goes on, and no value stands anywhere in clear', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(32), HUB_SECRETS_KEY: key('k1', 1) });
    const seen: HubResult[] = [];
    const hub = async (args: readonly string[], environment = {}, stdin?: string): Promise<HubResult> => {
      const result = await place.start([...args, '--log-level', 'debug'], environment, stdin).ended;
      seen.push(result);
      return result;
    };
    for (const [index, value] of VALUES.entries()) expect(await hub(['secrets', 'set', `NAME_${index}`], {}, `${value}\n`)).toMatchObject({ code: 0, stdout: `NAME_${index} is stored.\n` });
    expect((await hub(['secrets', 'set', 'NAME_0', '--expires', '2020-01-01', '--output', 'json'], {}, VALUES[0])).json()).toMatchObject({ command: 'secrets-set', totals: { inserted: 0, updated: 1 } });
    expect((await hub(['doctor'])).stdout).toMatch(/^FAIL +secrets +NAME_0 has expired/m);
    await hub(['secrets', 'set', 'NAME_0'], {}, VALUES[0]);
    expect((await hub(['secrets', 'list', '--output', 'json'])).json()).toMatchObject({ items: [{ name: 'NAME_0', key_id: 'k1', expires_at: null }, { name: 'NAME_1' }, { name: 'NAME_2' }] });

    const rotated = { HUB_SECRETS_KEY: `${key('k2', 2)},${key('k1', 1)}` };
    expect((await hub(['doctor'], rotated)).stdout).toMatch(/^warn +secrets +3 stored, key k2$[^]*NAME_0, NAME_1, NAME_2: still under an old key/m);
    expect((await hub(['secrets', 'rotate'], { ...rotated, HUB_FAILPOINT: 'secrets.rewrapped:2' })).code).toBe('SIGKILL');
    const keysOf = async (): Promise<string[]> => (await suite.database.knex('secrets').orderBy('name').select<{ key_id: string }[]>('key_id')).map((row) => row.key_id);
    expect(await keysOf()).toEqual(['k2', 'k2', 'k1']);
    await expireLeases(suite.database);
    expect((await hub(['secrets', 'rotate', '--output', 'json'], rotated)).json()).toMatchObject({ totals: { read: 3, updated: 1, unchanged: 2, rejected: 0 } });
    expect((await hub(['secrets', 'rotate', '--data'], { HUB_SECRETS_KEY: key('k2', 2) })).stdout).toContain('3 wrapped anew');
    const lost = await hub(['secrets', 'rotate'], { HUB_SECRETS_KEY: key('k3', 3) });
    expect(lost.code).toBe(3);
    expect(lost.stdout).toContain('NAME_1: The secret is wrapped by the key k2, which HUB_SECRETS_KEY does not have.');
    expect((await hub(['doctor'], { HUB_SECRETS_KEY: key('k3', 3) })).stdout).toMatch(/^FAIL +secrets +HUB_SECRETS_KEY does not open NAME_0, NAME_1, NAME_2/m);
    expect((await hub(['secrets', 'remove', 'NAME_1'])).code).toBe(2);
    expect((await hub(['secrets', 'remove', 'NAME_1', '--yes'])).stdout).toBe('NAME_1 is deleted.\n');
    expect((await hub(['audit', 'secret', 'NAME_1', '--output', 'json'])).stdout).toContain('"delete"');

    const rows = await Promise.all((await filledTables(suite.database)).map((table) => suite.database.knex(table).select<unknown[]>('*')));
    const stored = JSON.stringify(rows);
    for (const text of [stored, ...seen.flatMap(({ stdout, stderr }) => [stdout, stderr])]) {
      for (const value of ['shpss_a1b2', 'rk_test_01', 'MIIEvQ', Buffer.alloc(32, 1).toString('base64')]) expect(text).not.toContain(value);
    }
  }, 120_000);

  test('refuses an empty value, a name that no variable could have, and a missing key, with what to do', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_SECRETS_KEY: key('k1', 1) });
    expect((await place.start(['secrets', 'set', 'EMPTY'], {}, '\n').ended).log()).toMatchObject([{ code: 'empty_secret' }]);
    expect((await place.start(['secrets', 'set', 'a-b'], {}, 'x').ended).log()).toMatchObject([{ code: 'invalid_secret_name' }]);
    const keyless = await place.start(['secrets', 'set', 'A'], { HUB_SECRETS_KEY: '' }, 'value').ended;
    expect(keyless.code).toBe(2);
    expect(keyless.log()).toMatchObject([{ code: 'secrets_key_missing', next: expect.stringContaining('openssl rand -base64 32') }]);
  });
});

test('a prompt shows nothing of what is typed, takes corrections, and ends at Ctrl-C', async () => {
  const typed = async (keys: string): Promise<{ written: string; value: string; raw: boolean }> => {
    let listener: (bytes: Buffer) => void = () => undefined;
    const state = { written: '', value: '', raw: false };
    const terminal: Terminal = {
      setRawMode: (raw) => (state.raw = raw),
      on: (_event, given) => (listener = given),
      off: () => (listener = () => undefined),
      resume: () => undefined,
      pause: () => undefined,
    };
    const asked = promptHidden(terminal, (text) => (state.written += text), 'Value: ');
    for (const each of keys) listener(Buffer.from(each));
    state.value = await asked;
    return state;
  };
  expect(await typed('abx\u007fc\r')).toEqual({ written: 'Value: \n', value: 'abc', raw: false });
  await expect(typed('ab\u0003')).rejects.toMatchObject({ kind: 'interrupted' });
});
