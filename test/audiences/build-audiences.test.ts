import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { storePersons } from '../support/rows/audience-people.ts';
import { readManifest } from '../support/stages/audiences.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { workspace } from '../support/program/hub.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

describe('hub build-audiences', () => {
  test.each([
    [['--audience', 'nobody'], 'unknown_audience', /active_subscribers, .*high_value/],
    [['--platform', 'myspace'], 'unknown_platform', /google, meta, tiktok, csv/],
    [['--audience', 'active_readers', '--platform', 'csv'], 'no_audience', /config\/audiences\.yaml/],
    [['--from', '2026-03-01'], 'no_range', /--as-of/],
    [['--as-of', '2999-01-01'], 'future_date', /--dry-run/],
    [['--as-of', 'monday'], 'invalid_date', /YYYY-MM-DD/],
    [['--output-dir', 'gs://lists'], 'invalid_audience_output', /s3:\/\//],
  ])('%j is refused with advice', async (args, code, next) => {
    const result = await workspace().hub(['build-audiences', ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.log()).toEqual([expect.objectContaining({ code, next: expect.stringMatching(next) })]);
  });

  test('names the line of a declaration that is wrong', async () => {
    const place = workspace();
    writeFileSync(join(place.folder, 'hub.config.yaml'), 'brands: [{ id: alpina, name: A }]\naudiences: { file: mine.yaml }\n');
    writeFileSync(join(place.folder, 'mine.yaml'), 'audiences:\n  - { name: a, description: A, platforms: [csv], where: [{ colour: red }] }\n');
    const result = await place.hub(['build-audiences', '--dry-run']);
    expect(result.code).toBe(2);
    expect(result.log()[0]?.message).toMatch(/mine\.yaml:2: "audiences\.where\.colour" is no condition; there are subscription, /);
  });
});

describeEachDatabase('hub build-audiences on a database', (suite) => {
  test('shows sizes, changes and who is left out why, in a dry run and for real, and ends with 3 when a list is refused', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${temporaryFolder('lake')}` });
    const people = ['a', 'b', 'c', 'd'].map((name) => ({ email: `${name}@post.at`, subscriptions: [{ lifecycle: 'active' }] }));
    const ids = await storePersons(suite.database, [...people, { email: 'out@post.at', mail: 'unsubscribed', subscriptions: [{ lifecycle: 'active' }] }]);
    const build = (...args: string[]) => place.hub(['build-audiences', '--as-of', '2026-04-01', '--audience', 'active_subscribers', '--platform', 'csv', ...args]);

    const dry = await build('--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ').trim())).toEqual([
      expect.stringMatching(/^build-audiences: done, in .* \(dry run: nothing was written\)$/),
      '1 audiences in 1 lists as of 2026-04-01, for .hub/audiences/2026-04-01',
      '',
      'audience  platform  members  before  added  removed  updated',
      expect.stringMatching(/^─+$/),
      'active_subscribers  csv  4  –  4  0  0',
      '',
      'left out of  on  unsubscribed',
      expect.stringMatching(/^─+$/),
      'active_subscribers  csv  1',
      '',
    ]);
    expect(existsSync(join(place.folder, '.hub', 'audiences'))).toBe(false);

    expect(await build('--output', 'json')).toMatchObject({ code: 0, stderr: '' });
    expect(readManifest(join(place.folder, '.hub', 'audiences')).delivered).toMatchObject([{ audience: 'active_subscribers', platform: 'csv', members: 4 }]);
    expect((await place.hub(['audit', 'audience_member', ids[0] ?? ''])).stdout).toMatch(/^audience_member [0-9a-f]{32}\n.* insert destinations\.audience_member {2}\(run .*\)\n +active_subscribers on csv: /);
    await suite.database.read((knex) => knex('enriched_accounts').whereIn('person_id', ids.slice(0, 2)).delete());
    const refused = await build('--output', 'json');
    expect(refused.code).toBe(3);
    expect(refused.json()).toMatchObject({ command: 'build-audiences', status: 'refused', totals: { refused: 1 }, items: [{ status: 'refused', members: 2, before: 4 }] });
    expect((await build('--allow-shrink')).code).toBe(0);
  });

  test('ends with 4 while another run builds the same audience', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${temporaryFolder('lake')}` });
    await suite.database.read((knex) =>
      knex('job_locks').insert({ name: 'build-audiences/audience/high_value', token: 1, run_id: 'other', host: 'elsewhere', pid: 1, expires_at: '2999-01-01 00:00:00.000000' }),
    );
    const result = await place.hub(['build-audiences', '--audience', 'high_value', '--shard', '1/1', '--as-of', '2026-04-02']);
    expect(result.code).toBe(4);
    expect(result.log().at(-1)).toMatchObject({ code: 'lock_held' });
  });
});
