import { beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { sha256Hex } from '../../../src/core/hash.ts';
import { storePersons } from '../../support/rows/audience-people.ts';
import { audiencesOf, buildAudiences, readLines } from '../../support/stages/audiences.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { workspace } from '../../support/program/hub.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const ALL = audiencesOf(`
audiences:
  - name: all
    description: Running subscriptions.
    platforms: [google, csv]
    where: [{ subscription: { lifecycle: active } }]
`);
const FILE = ['email,reason,date', '"Muster, Ann" <Ann.Muster@gmail.com>,complaint,2026-02-01', sha256Hex('bob@kunde.shop'), 'nobody', 'bob@kunde.shop,Other Reason', '', 'eva@kunde.shop,erased', 'ann.muster@gmail.com'].join('\n');

describeEachDatabase('hub suppressions', (suite) => {
  beforeEach(() => suite.empty());

  test('takes addresses and hashes from a file, keeps hashes only, and keeps these people out of every list until they are removed', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    writeFileSync(join(place.folder, 'objections.csv'), FILE);
    await storePersons(suite.database, ['annmuster@gmail.com', 'bob@kunde.shop', 'idle@kunde.shop'].map((email) => ({ email, subscriptions: [{ lifecycle: 'active' }] })));
    await suite.database.knex('suppressions').insert({ email_sha256: sha256Hex('gone@kunde.shop'), person_id: 'x', reason: 'erased', created_at: '2026-01-01 00:00:00.000000' });

    const dry = await place.hub(['suppressions', 'import', '--file', 'objections.csv', '--dry-run']);
    expect(dry.stdout).toContain('6 lines read: 2 added, 1 known, 3 rejected (dry run: nothing was written)');
    const done = await place.hub(['suppressions', 'import', '--file', 'objections.csv', '--output', 'json']);
    expect(done.code).toBe(3);
    expect(done.json()).toMatchObject({
      command: 'suppressions-import',
      totals: { read: 6, added: 2, known: 1, rejected: 3 },
      warnings: [
        'objections.csv:4: it is neither an e-mail address nor a SHA-256',
        expect.stringMatching(/^objections\.csv:5: its reason must be a word/),
        expect.stringMatching(/^objections\.csv:7: its reason must be a word/),
      ],
    });
    expect(JSON.stringify(await dumpTables(suite.database, ['suppressions', 'email_spellings', 'job_runs']))).not.toMatch(/muster|@/i);
    const listed = (await place.hub(['suppressions', 'list', '--output', 'json'])).json();
    expect(listed).toMatchObject({ sums: [{ reason: 'complaint', suppressions: 1 }, { reason: 'erased', suppressions: 1 }, { reason: 'request', suppressions: 1 }] });
    expect((listed as { suppressions: unknown[] }).suppressions).toContainEqual({ email_sha256: sha256Hex('ann.muster@gmail.com'), reason: 'complaint', since: '2026-02-01T00:00:00.000Z' });

    const hashes = async (platform: string) => {
      const folder = temporaryFolder('audiences');
      await buildAudiences(suite.database, testClock(), ALL, folder, { asOf: '2026-04-01' as never });
      await suite.database.knex('audience_snapshots').delete();
      await suite.database.knex('audience_members').delete();
      return readLines(folder, `all.${platform}.csv`).map((line) => line.slice(0, 64)).sort();
    };
    expect(await hashes('google')).toEqual([sha256Hex('idle@kunde.shop')]);
    expect(await hashes('csv')).toEqual([sha256Hex('idle@kunde.shop'), sha256Hex('annmuster@gmail.com')].sort());

    const removed = await place.hub(['suppressions', 'remove', '<bob@kunde.shop>', sha256Hex('gone@kunde.shop'), 'never@kunde.shop']);
    expect(removed.stdout).toContain('3 lines read: 1 removed, 1 unknown, 1 erased, 0 rejected\n1 were erased by hub forget');
    expect(await hashes('google')).toEqual([sha256Hex('bob@kunde.shop'), sha256Hex('idle@kunde.shop')].sort());
  }, 60_000);

  test('say what is wrong with their options', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    for (const args of [['remove'], ['import', '--file', 'missing.csv'], ['import', '--file', '-', '--reason', 'erased'], ['import', '--file', '-', '--date', '2999-01-01']]) {
      expect((await place.hub(['suppressions', ...args])).code).toBe(2);
    }
  });
});
