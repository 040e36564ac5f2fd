import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { migrations } from '../../../migrations/index.ts';
import { describeEachDatabase, describeMysql, newDatabase } from '../../support/databases/databases.ts';
import { workspace } from '../../support/program/hub.ts';
import { testLake } from '../../support/lakes/lake.ts';

const names = migrations.map((migration) => migration.name);

describeMysql('migrate, on a server', () => {
  test('goes up, shows its state, and comes back only with --yes', async () => {
    const { url } = await newDatabase('mysql');
    const place = workspace({ HUB_DATABASE_URL: url, HUB_LAKE_URL: `file:${testLake().root}` });
    const early = await place.hub(['import-billing']);
    expect(early.code).toBe(2);
    expect(early.log()[0]).toMatchObject({ code: 'migrations_pending', next: 'Run: hub migrate up' });
    expect((await place.hub(['doctor'])).code).toBe(2);

    expect((await place.hub(['migrate', 'status'])).stdout).toMatch(new RegExp(`^${names[0] ?? ''} +pending$`, 'm'));
    const up = await place.hub(['migrate', 'up']);
    expect(up).toMatchObject({ code: 0, stderr: '' });
    expect(up.stdout).toContain(names.join(', '));
    expect((await place.hub(['migrate', 'up'])).stdout).toMatch(/ is up to date\.\n$/);
    expect((await place.hub(['migrate', 'status', '--output', 'json'])).json()).toMatchObject({ missing: [] });

    expect((await place.hub(['migrate', 'down', '--all'])).code).toBe(2);
    expect((await place.hub(['migrate', 'down', '--all'], { HUB_YES: 'true' })).code).toBe(2);
    const down = await place.hub(['migrate', 'down', '--all', '--yes', '--output', 'json']);
    expect(down.json()).toMatchObject({ undone: [...names].reverse() });
    expect((await place.hub(['migrate', 'down', '--all', '--yes'])).stdout).toMatch(/ has no migrations\.\n$/);
    const beyond = await place.hub(['migrate', 'down', '--yes']);
    expect(beyond).toMatchObject({ code: 2, stdout: '' });
    expect(beyond.log()[0]).toMatchObject({ code: 'nothing_to_take_back', next: expect.stringContaining('hub migrate status') });
  });
});

describeEachDatabase('a schema newer than the program', (suite) => {
  test('is refused by every command, with 2 and what to do; status shows it', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${testLake().root}`, HUB_ID_KEY: 'k'.repeat(32) });
    await suite.database.knex('schema_migrations').insert({ name: '9998_later', applied_at: '2026-01-01 00:00:00.000000' });
    try {
      for (const words of [['import-billing'], ['import-billing', '--dry-run'], ['enrich'], ['runs', 'list'], ['migrate', 'up'], ['migrate', 'down', '--yes']]) {
        const result = await place.hub(words);
        expect({ words, code: result.code }).toEqual({ words, code: 2 });
        expect(result.log()[0]).toMatchObject({ code: 'schema_newer', first: '9998_later', next: expect.stringContaining('hub migrate down') });
      }
      const status = await place.hub(['migrate', 'status']);
      expect(status.code).toBe(2);
      expect(status.stdout).toContain('Of a newer version of hub: 9998_later.');
      expect((await place.hub(['doctor'])).stdout).toMatch(/^FAIL +migrations +The database was migrated by a newer version/m);
    } finally {
      await suite.database.knex('schema_migrations').where({ name: '9998_later' }).delete();
    }
  });
});

describe('doctor', () => {
  test('finds everything in order on a new folder with a lake', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}` });
    const result = await place.hub(['doctor', '--output', 'json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { ok, checks } = result.json() as { ok: boolean; checks: { name: string; ok: boolean }[] };
    expect(ok).toBe(true);
    expect(checks.map((check) => check.name)).toEqual(expect.arrayContaining(['configuration', 'database', 'migrations', 'lake']));
  });

  test('names each thing that is wrong and what to do, and goes on with the other checks', async () => {
    const place = workspace({ HUB_LAKE_URL: 'file:nowhere' });
    const result = await place.hub(['doctor']);
    expect(result.code).toBe(2);
    expect(result.stdout).toMatch(/^ok +configuration /m);
    expect(result.stdout).toMatch(/^ok +database /m);
    expect(result.stdout).toMatch(/^FAIL +lake +There is no lake at\s/m);
    expect(result.stdout).toContain('What to do:\n  lake: Set HUB_LAKE_URL');
    expect(result.log()).toEqual([expect.objectContaining({ level: 'error', message: expect.stringMatching(/^1 of \d+ checks failed$/) })]);
  });

  test('names a damaged database file', async () => {
    const place = workspace({ HUB_DATABASE_URL: 'sqlite:damaged.db', HUB_LAKE_URL: `file:${testLake().root}` });
    const file = join(place.folder, 'damaged.db');
    writeFileSync(file, 'This is no database, but a text of more than a hundred bytes. '.repeat(20));
    const result = await place.hub(['doctor']);
    expect(result.code).toBe(2);
    expect(result.stdout).toMatch(/^FAIL +database +The embedded database cannot be used \(SQLITE_NOTADB\)/m);
    rmSync(file);
  });
});
