import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Database } from '../../src/db/database.ts';
import { describeEachDatabase, describeMysql, type TestDatabase } from '../support/databases/databases.ts';
import { workspace, type HubProcess } from '../support/program/hub.ts';
import { testLake } from '../support/lakes/lake.ts';
import { slowAccounts } from '../support/lakes/slow-part.ts';

const BATCH = '20260301T050000Z';

describeEachDatabase('a signal during an import', (suite) => {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    test(`${signal} ends it with ${code}: the batch is rolled back, and the next run imports it whole`, async () => {
      await suite.empty();
      const { place, part, running } = await importUnderWay(suite);
      running.child.kill(signal);
      const result = await running.ended;
      expect(result.code).toBe(code);
      expect(result.stdout).toBe('');
      expect(result.log()).toEqual([expect.objectContaining({ level: 'warn', message: expect.stringContaining('run the command again') })]);
      expect(await countsOf(suite.database)).toEqual({ raw_accounts: 0, import_batches: 0 });
      expect(await suite.database.read((knex) => knex('job_runs').select('status'))).toEqual([{ status: 'interrupted' }]);

      part.replace();
      const again = await place.hub(['import-billing', '--brand', 'alpina']);
      expect(again.code).toBe(0);
      expect(await countsOf(suite.database)).toEqual({ raw_accounts: 50, import_batches: 1 });
    });
  }
});

describeMysql('a lock', (suite) => {
  test('held by a live process makes a second run end with 4 and name the holder', async () => {
    await suite.empty();
    const { place, part, running } = await importUnderWay(suite);
    const [holder] = await suite.database.read((knex) => knex<{ run_id: string }>('job_runs').select('run_id'));
    const second = await place.hub(['import-billing', '--brand', 'alpina']);
    expect(second.code).toBe(4);
    expect(second.log()[0]).toMatchObject({ code: 'lock_held', run_id: holder?.run_id, pid: running.child.pid });
    expect(second.log()[0]?.next).toContain(`hub runs show ${holder?.run_id ?? ''}`);

    const otherBrand = await place.hub(['import-billing', '--brand', 'belmont']);
    expect(otherBrand.code).toBe(0);
    part.finish();
    expect((await running.ended).code).toBe(0);
    // Its files changed since, so they are read again; a pipe would wait for a writer.
    part.replace();
    expect((await place.hub(['import-billing', '--brand', 'alpina'])).code).toBe(0);
  }, 120_000);

  test('of a killed process is taken over at once, and the killed run is shown as lost', async () => {
    await suite.empty();
    const { place, part, running } = await importUnderWay(suite);
    running.child.kill('SIGKILL');
    expect((await running.ended).code).toBe('SIGKILL');
    const list = await place.hub(['runs', 'list', '--output', 'json']);
    const [lost] = list.json() as { run_id: string; status: string }[];
    expect(lost?.status).toBe('lost');
    const shown = await place.hub(['runs', 'show', lost?.run_id ?? '']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^status +lost$/m);
    expect(shown.stdout).toContain('run the command again');
    part.replace();
    expect((await place.hub(['import-billing', '--brand', 'alpina'])).code).toBe(0);
  });
});

describeEachDatabase('while an import runs', (suite) => {
  test('the runs can be looked at, without waiting for it', async () => {
    await suite.empty();
    const { place, part, running } = await importUnderWay(suite);
    const list = await place.hub(['runs', 'list', '--output', 'json']);
    expect(list.code).toBe(0);
    expect(list.json()).toMatchObject([{ command: 'import-billing', status: 'running' }]);
    part.finish();
    expect((await running.ended).code).toBe(0);
  });

  test('a second signal ends it at once', async () => {
    await suite.empty();
    const { running } = await importUnderWay(suite);
    running.child.kill('SIGTERM');
    running.child.kill('SIGINT');
    expect([130, 143]).toContain((await running.ended).code);
    expect(await countsOf(suite.database)).toEqual({ raw_accounts: 0, import_batches: 0 });
  });
});

/** An import of one brand that is in the middle of its only batch. */
async function importUnderWay(suite: TestDatabase): Promise<{ place: ReturnType<typeof workspace>; part: ReturnType<typeof slowAccounts>; running: HubProcess }> {
  const lake = testLake();
  const part = slowAccounts(lake, BATCH);
  const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}` });
  const running = place.start(['import-billing', '--brand', 'alpina']);
  for (let waited = 0; (await countRows(suite.database, 'job_runs')) === 0; waited++) {
    if (waited === 200) throw new Error('The import did not start.');
    await sleep(25);
  }
  // The run is recorded; soon after, it reads the pipe, which has rows for as long as it is not finished.
  await sleep(150);
  return { place, part, running };
}

async function countsOf(database: Database): Promise<Record<string, number>> {
  return { raw_accounts: await countRows(database, 'raw_accounts'), import_batches: await countRows(database, 'import_batches') };
}

async function countRows(database: Database, table: string): Promise<number> {
  const [row] = await database.read((knex) => knex(table).count({ rows: '*' }));
  return Number(row?.['rows']);
}
