import { expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { keyOfId, keysIn } from '../../../src/serve/keys/keys.repository.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import { describeEachDatabase, filledTables } from '../../support/databases/databases.ts';
import { workspace, type HubResult } from '../../support/program/hub.ts';

interface Made {
  readonly key: string;
  readonly id: string;
}

describeEachDatabase('hub keys', (suite) => {
  test('makes a key that is shown once and stands nowhere in clear, lists it and ends it', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(32) });
    const seen: HubResult[] = [];
    const hub = async (...args: readonly string[]): Promise<HubResult> => {
      const result = await place.hub([...args, '--log-level', 'debug']);
      seen.push(result);
      return result;
    };
    const made = (await place.hub(['keys', 'create', 'excel', '--role', 'reader', '--brand', 'alpina', '--feed', 'orders,revenue', '--expires', '90d', '--output', 'json'])).json() as Made;
    const [, id = '', secret = ''] = /^hub_([a-z2-7]{8})_([A-Za-z0-9_-]{43})$/.exec(made.key) ?? [];
    expect(made).toMatchObject({ command: 'keys-create', id, role: 'reader', permissions: ['feeds', 'runs', 'health'], brands: ['alpina'], feeds: ['orders', 'revenue'], state: 'active', in_url: false, last_used_on: null });
    expect(await suite.database.read((knex) => keyOfId(knex, id))).toMatchObject({ id, secretSha256: sha256Hex(secret), brands: ['alpina'], feeds: ['orders', 'revenue'], mayBeInUrl: false });

    const text = (await place.hub(['keys', 'create', 'shop', '--role', 'ingest', '--expires', 'never'])).stdout;
    expect(text).toMatch(/^key +hub_[a-z2-7]{8}_[A-Za-z0-9_-]{43}\nas Basic +user [a-z2-7]{8}, password [A-Za-z0-9_-]{43}\n[^]*brands +all\nfeeds +none\nexpires +never\n\nThis is the only time/);

    await keysIn(() => suite.database).markUsed(id, '2026-11-20' as LocalDate);
    await keysIn(() => suite.database).markUsed(id, '2026-11-19' as LocalDate);
    expect((await hub('keys', 'list', '--output', 'json')).json()).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id, state: 'active', last_used_on: '2026-11-20' }), expect.objectContaining({ name: 'shop', brands: null, feeds: null, expires_at: null })]) });
    expect((await hub('keys', 'revoke', id)).stdout).toBe(`The key ${id} is revoked.\n`);
    expect((await hub('keys', 'revoke', `hub_${id}`)).stdout).toBe(`The key ${id} was revoked already.\n`);
    expect((await hub('keys', 'list', '--state', 'active')).stdout).not.toContain(id);
    expect((await hub('keys', 'list')).stdout).toMatch(new RegExp(`^${id} .*revoked`, 'm'));
    expect((await hub('audit', 'api_key', id)).stdout).toContain('revoked_at');

    const rows = await Promise.all((await filledTables(suite.database)).map((table) => suite.database.knex(table).select<unknown[]>('*')));
    for (const shown of [JSON.stringify(rows), ...seen.flatMap(({ stdout, stderr }) => [stdout, stderr])]) expect(shown).not.toContain(secret);
  }, 60_000);

  test('refuses what makes no sense, with what to do', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(32) });
    const refused = async (...args: readonly string[]): Promise<unknown> => {
      const result = await place.hub(['keys', ...args]);
      expect(result.code).toBe(2);
      return result.log()[0];
    };
    expect(await refused('create', 'a', '--role', 'reader', '--expires', '2020-01-01')).toMatchObject({ code: 'expiry_passed' });
    expect(await refused('create', 'a', '--role', 'reader', '--expires', 'soon')).toMatchObject({ code: 'invalid_expiry', next: expect.stringContaining('90d') });
    expect(await refused('create', 'a', '--role', 'reader', '--brand', 'alpinna')).toMatchObject({ code: 'unknown_brand', next: expect.stringContaining('alpina') });
    expect(await refused('create', 'a', '--role', 'ingest', '--feed', 'orders')).toMatchObject({ code: 'role_without_feeds' });
    expect(await refused('create', 'a', '--role', 'reader', '--feed', 'order')).toMatchObject({ code: 'unknown_feed', next: expect.stringContaining('Did you mean orders?') });
    expect(await refused('create', '<a>', '--role', 'reader')).toMatchObject({ code: 'invalid_key_name' });
    expect(await refused('revoke', 'aaaaaaaa')).toMatchObject({ code: 'unknown_key', next: expect.stringContaining('hub keys list') });
    const whole = `hub_aaaaaaaa_${'s'.repeat(43)}`;
    expect(JSON.stringify(await refused('revoke', whole))).not.toContain('sss');
    expect((await place.hub(['keys', 'list', '--state', 'expired'])).stdout).toContain('There are no such keys');
  }, 60_000);
});
