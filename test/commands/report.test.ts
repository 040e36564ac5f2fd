import { describe, expect, test } from '@jest/globals';

import { describeEachDatabase } from '../support/databases/databases.ts';
import { FIRST_BATCH, SECOND_BATCH, eventfulLake } from '../support/lakes/eventful-lake.ts';
import { shell, workspace, type Environment, type HubResult } from '../support/program/hub.ts';
import { csv, hexId, testLake } from '../support/lakes/lake.ts';

interface Report {
  command: string;
  run_id: string;
  status: string;
  dry_run: boolean;
  params: Record<string, unknown>;
  totals: Record<string, number>;
  items: Record<string, string | number>[];
  warnings: string[];
}

const COUNTS = ['read', 'inserted', 'updated', 'unchanged', 'deleted', 'stale', 'repaired', 'rejected'];
const IMPORT = ['import-billing', '--max-rejects', '10%'];

describeEachDatabase('the report of an import', (suite) => {
  test('is one JSON object of the documented shape, and no row is lost in it', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${eventfulLake().root}` });
    const result = await place.hub([...IMPORT, '--output', 'json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
    const report = result.json() as Report;
    const keys = ['command', 'run_id', 'status', 'dry_run', 'started_at', 'finished_at', 'duration_ms', 'params', 'totals', 'items', 'problems', 'warnings'];
    expect(Object.keys(report)).toEqual(keys);
    expect(report).toMatchObject({ command: 'import-billing', status: 'succeeded', dry_run: false });
    for (const item of [report.totals, ...report.items]) {
      for (const name of COUNTS) expect(item[name]).toEqual(expect.any(Number));
      const [read, inserted, updated, unchanged, deleted, stale, , rejected] = COUNTS.map((name) => Number(item[name]));
      expect(read).toBe((inserted ?? 0) + (updated ?? 0) + (unchanged ?? 0) + (deleted ?? 0) + (stale ?? 0) + (rejected ?? 0));
    }
    expect(report.items).toHaveLength(48);
    const [run] = (await place.hub(['runs', 'list', '--output', 'json'])).json() as { run_id: string; status: string }[];
    expect(run).toMatchObject({ run_id: report.run_id, status: 'succeeded' });
  });

  test('says as text what was done, and on a second run that there was nothing to do', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${eventfulLake().root}` });
    await suite.empty();
    const first = await place.hub(IMPORT);
    expect(first.stdout).toMatch(/^import-billing: done, in [\d.]+ m?s, run \S+$/m);
    expect(first.stdout).toMatch(/^belmont +account +1 +20 +20 /m);
    expect(first.stdout).toContain('1 row went to quarantine. See it with: hub quarantine list');
    expect(first.stdout).toContain('feeds had nothing new.');
    const second = await place.hub(IMPORT);
    expect(second.stdout).toContain('Nothing to do: 48 feeds had no batch that is not imported yet.');
    const again = await place.hub([...IMPORT, '--from', '2026-03-01', '--to', '2026-03-02', '--output', 'json']);
    expect((again.json() as Report).totals).toMatchObject({ batches: 3, inserted: 0, updated: 0, deleted: 0 });
  });
});

describe('an option in the environment', () => {
  const seen: [Environment, string[], (report: Report) => unknown, unknown][] = [
    [{ HUB_BRAND: 'belmont,alpina' }, [], (report) => report.params['brands'], ['belmont', 'alpina']],
    [{ HUB_BRAND: 'belmont' }, ['--brand', 'alpina'], (report) => report.params['brands'], ['alpina']],
    [{ HUB_BRAND: '' }, [], (report) => report.params['brands'], ['alpina', 'belmont', 'corvina']],
    [{ HUB_ENTITY: 'account, invoice' }, [], (report) => report.params['entities'], ['account', 'invoice']],
    [{ HUB_FROM: '2026-03-01', HUB_TO: '2026-03-02' }, [], (report) => [report.params['from'], report.params['to']], ['20260301T000000Z', '20260302T000000Z']],
    [{ HUB_SHARD: '2/3' }, [], (report) => report.params['shard'], '2/3'],
    [{ HUB_MAX_REJECTS: '7' }, [], (report) => report.params['max_rejects'], '7 rows'],
    [{ HUB_DRY_RUN: 'true' }, [], (report) => report.dry_run, true],
    [{ HUB_DRY_RUN: 'false' }, [], (report) => report.dry_run, false],
    [{ HUB_NO_PROGRESS: '1', HUB_MAX_SCAN_BYTES: '1000', HUB_LOG_LEVEL: 'error', HUB_MAX_WAIT: '5m' }, [], (report) => report.status, 'succeeded'],
  ];

  test.each(seen)('%j with %j is taken as if it were given there', async (environment, args, value, expected) => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}`, HUB_OUTPUT: 'json' });
    const result = await place.hub(['import-billing', ...args], environment);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(value(result.json() as Report)).toEqual(expected);
  });

  test('HUB_AFTER and HUB_CONFIG work too', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}` });
    expect((await place.hub(['import-billing'], { HUB_AFTER: 'enrich', HUB_MAX_WAIT: '1s' })).code).toBe(5);
    expect((await place.hub(['import-billing'], { HUB_CONFIG: 'nowhere.yaml' })).log()[0]).toMatchObject({ code: 'config_unreadable' });
  });
});

describe('a pipe', () => {
  test('that closes early is no error, neither on stdout nor on stderr', async () => {
    const place = workspace();
    const lake = { HUB_LAKE_URL: `file:${eventfulLake().root}`, PATH: process.env['PATH'] ?? '' };
    expect((await shell('"$HUB" import-billing --max-rejects 10% --output json | head -c 1', place.folder, lake)).code).toBe(0);
    const ended = (command: string): string => `{ sleep 0.2; ${command}; echo $? > code; } | true; cat code`;
    expect((await shell(ended('"$HUB" runs list'), place.folder, lake)).stdout).toBe('0\n');
    expect((await shell(ended('"$HUB" runs list --nonsense 2>&1'), place.folder, lake)).stdout).toBe('2\n');
  });
});

describeEachDatabase('personal data', (suite) => {
  const MARK = 'Zqxmark';

  test('of good, bad and shifted rows never appears in reports and messages, nor does a secret', async () => {
    const lake = testLake();
    const row = (number: number, changes: Record<string, string> = {}): Record<string, string> => ({
      ...{ Id: hexId(number), AccountId: hexId(1), FirstName: `${MARK}first`, LastName: `${MARK}last` },
      ...{ WorkEmail: `${MARK}@example.com`, City: 'Bern', UpdatedDate: '2026-03-01 04:00:00', ...changes },
    });
    const good = Array.from({ length: 20 }, (_, index) => row(index + 1));
    lake.write('contact', FIRST_BATCH, csv([...good, row(90, { UpdatedDate: `${MARK} street` }), row(91, { AccountId: `${MARK} ü` })]) + `${MARK},x\n`);
    lake.write('contact', SECOND_BATCH, csv([row(1, { UpdatedDate: MARK })]));
    lake.write('account', FIRST_BATCH, csv([{ Id: hexId(1), AccountNumber: 'A1', Currency: MARK, Name: MARK }]));
    const environment = { HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}`, HUB_LOG_LEVEL: 'debug' };
    const place = workspace(environment);
    const results: HubResult[] = [];
    for (const args of [
      ['import-billing', '--max-rejects', '50%', '--output', 'json'],
      ['import-billing', '--dry-run', '--from', '2026-03-01', '--max-rejects', '1%'],
      ['quarantine', 'list', '--limit', '100'],
      ['quarantine', 'list', '--output', 'json'],
      ['quarantine', 'replay', '--all'],
      ['runs', 'list', '--output', 'json'],
      ['runs', 'list', '--status', 'refused', '--output', 'json'],
      ['quarantine', 'discard', '--all', '--output', 'json'],
    ]) {
      results.push(await place.hub(args));
    }
    expect(results.map((result) => result.code)).toEqual([3, 3, 0, 0, 3, 0, 0, 0]);
    for (const result of results) {
      expect(result.log()).toBeDefined();
      expect(result.stdout + result.stderr).not.toContain(MARK);
      expect(result.stdout + result.stderr).not.toContain('root@');
    }
    const stored = await suite.database.read((knex) => knex('job_runs').select('*'));
    expect(JSON.stringify(stored)).not.toContain(MARK);
    expect(JSON.stringify(await suite.database.read((knex) => knex('import_batches').select('*')))).not.toContain(MARK);
  });
});
