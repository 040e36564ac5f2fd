import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { checks } from '../../../src/commands/checks/index.ts';
import type { Check } from '../../../src/commands/checks/check.ts';
import { judgeMysqlSettings, requireVersion } from '../../../src/commands/checks/settings.ts';
import { runChecks } from '../../../src/commands/operate/doctor.ts';
import { loadConfig } from '../../../src/config.ts';
import { createContext, type Context } from '../../../src/context.ts';
import { HubError } from '../../../src/core/errors.ts';
import { addMillis, systemClock, type Clock } from '../../../src/core/time.ts';
import { createLogger } from '../../../src/logger.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { describeEachDatabase, describeMysql, tablesOf } from '../../support/databases/databases.ts';
import { PROJECT, workspace } from '../../support/program/hub.ts';
import { httpSink } from '../../support/servers/http-sink.ts';
import { csv, hexId, testLake } from '../../support/lakes/lake.ts';
import { onServer } from '../../support/databases/server-answers.ts';
import { testRun } from '../../support/suite/run.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly found: string; readonly next?: string }[];
}

const statuses = (report: Report) => Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));

function contextOn(url: string, clock: Clock = systemClock): Context {
  const context = createContext({
    config: loadConfig({ workingDirectory: PROJECT, environment: { HUB_DATABASE_URL: url } }),
    logger: createLogger('error', false),
    signal: new AbortController().signal,
    progress: false,
    clock,
  });
  atEndOfFile(() => context.close());
  return context;
}

describeEachDatabase('hub doctor', (suite) => {
  test('finds nothing wrong with a database and a lake as they should be, and leaves nothing behind', async () => {
    const lake = testLake();
    lake.write('account', '20260301T050000Z', csv([{ Id: hexId(1), AccountNumber: 'A1', Currency: 'EUR' }]));
    const before = await tablesOf(suite.database);
    const result = await workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}`, HUB_ID_KEY: 'k'.repeat(32) }).hub(['doctor', '--output', 'json']);
    const report = result.json() as Report;
    expect(report.checks.filter(({ status }) => status === 'fail' || status === 'skip')).toEqual([]);
    expect({ code: result.code, ok: report.ok, stderr: result.stderr }).toEqual({ code: 0, ok: true, stderr: '' });
    expect(report.checks.find(({ name }) => name === 'lake')?.found).toContain('1 of 48 feeds, newest: alpina 20260301T050000Z, belmont none, corvina none');
    expect(await tablesOf(suite.database)).toEqual(before);
  });

  test('says how old metrics are, also those of a run that refused a part, and warns of those older than 26 hours', async () => {
    const [check] = checks.filter(({ name }) => name === 'metrics');
    const builtAgo = async (hours: number): Promise<unknown> => {
      const now = systemClock.now();
      await suite.database.knex('job_runs').insert({ run_id: `built ${hours}`, command: 'build-metrics', brands: '', shard: '1/1', status: 'refused', change_no: 1, started_at: addMillis(now, -hours * 3_600_000), finished_at: now, host: 'h', pid: 1, version: 't', params: '{}' });
      return check?.run(contextOn(suite.url));
    };
    expect(await check?.run(contextOn(suite.url))).toEqual({ found: 'never built' });
    expect(await builtAgo(30)).toMatchObject({ advice: expect.stringContaining('they are 30 hours old') });
    expect(await builtAgo(25)).toEqual({ found: expect.stringMatching(/^built \d{4}-/), advice: undefined });
  });

  test('names what lies in the lake and is not read', async () => {
    const lake = testLake();
    lake.write('account', '20260301T050000Z', 'x', { file: 'notes.txt' });
    lake.write('clicks', '20260301T050000Z', 'Id\n', { feed: 'email' });
    const result = await workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}`, HUB_ID_KEY: 'k'.repeat(32) }).hub(['doctor', '--output', 'json']);
    const check = (result.json() as Report).checks.find(({ name }) => name === 'lake');
    expect(check).toMatchObject({ status: 'warn' });
    expect(check?.next).toContain('not read: email/clicks, as hub has no such entity; not read: billing/account/brand=alpina/batch=20260301T050000Z/notes.txt, as');
  });

  test.each([
    [0, 'ok'],
    [5_000, 'ok'],
    [-5_000, 'ok'],
    [90_000, 'warn'],
    [-90_000, 'warn'],
    [7_200_000, 'fail'],
    [-7_200_000, 'fail'],
  ])('calls a clock that is %d ms off: %s', async (skew, status) => {
    const clock = { now: () => addMillis(systemClock.now(), skew) };
    const named = checks.filter(({ name }) => name === 'database' || name === 'clock');
    const [, result] = await runChecks(named, contextOn(suite.url, clock));
    expect(result).toMatchObject({ name: 'clock', status });
    if (status !== 'ok') expect(result?.next).toContain('NTP');
  });
});

describeMysql('hub doctor', (suite) => {
  test('names the rights that the user lacks, and how to give them', async () => {
    const { mysqlUrl = '', id } = testRun();
    const user = `hub_test_${id.slice(-12)}`;
    const database = new URL(suite.url).pathname.slice(1);
    await onServer(mysqlUrl, `create user ${user} identified by 'pw'`);
    atEndOfFile(async () => {
      await onServer(mysqlUrl, `drop user ${user}`);
    });
    await onServer(mysqlUrl, `grant select, insert, update, delete on ${database}.* to ${user}`);
    const url = new URL(suite.url);
    url.username = user;
    url.password = 'pw';
    const result = await workspace({ HUB_DATABASE_URL: url.href, HUB_LAKE_URL: `file:${testLake().root}` }).hub(['doctor', '--output', 'json']);
    expect(result.code).toBe(2);
    const report = result.json() as Report;
    expect(statuses(report)).toMatchObject({ keys: 'fail', database: 'ok', migrations: 'ok', rights: 'fail', lake: 'warn' });
    expect(report.checks.find(({ name }) => name === 'rights')?.next).toContain('GRANT CREATE ON');
  });
});

describe('hub doctor', () => {
  test('skips what needs a database that is not there, and checks the rest', async () => {
    const place = workspace({ HUB_DATABASE_URL: 'mysql://hub:s3cr3t@127.0.0.1:1/hub', HUB_LAKE_URL: 'file:nowhere' });
    const result = await place.hub(['doctor']);
    expect(result.code).toBe(2);
    expect(result.stdout).toMatch(/^FAIL {2}database .*\nskip {2}server +needs: database\nskip {2}settings +needs: database\nskip {2}migrations .*\nskip {2}fingerprint .*\nskip {2}secrets .*\nskip {2}rights .*\nskip {2}clock .*\nFAIL {2}lake /m);
    expect(result.stdout).toMatch(/What to do:\n {2}keys: .*\n {2}database: .*\n {2}lake: /);
    expect(result.stdout + result.stderr).not.toContain('s3cr3t');
  });

  test('finds files that others can read, folders that cannot be written and monitoring that does not answer', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}` });
    expect((await place.hub(['migrate', 'up'])).code).toBe(0);
    const file = join(place.folder, '.hub', 'hub.db');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    writeFileSync(join(place.folder, 'file'), '');
    const sink = await httpSink();
    const broken = { HUB_METRICS_FILE: 'file/below/hub.prom', HUB_PUSHGATEWAY_URL: 'http://127.0.0.1:1', SENTRY_DSN: `${sink.origin.replace('//', '//key@')}/1` };
    const report = (await place.hub(['doctor', '--output', 'json'], broken)).json() as Report;
    expect(statuses(report)).toMatchObject({ folders: 'fail', 'private files': 'fail', monitoring: 'fail' });
    expect(report.checks.find(({ name }) => name === 'private files')?.next).toMatch(/^Run: chmod go= \.hub\/hub\.db/);
    chmodSync(file, 0o600);
    mkdirSync(join(place.folder, 'metrics'));
    const mended = { ...broken, HUB_METRICS_FILE: 'metrics/hub.prom', HUB_PUSHGATEWAY_URL: sink.origin };
    expect(statuses((await place.hub(['doctor', '--output', 'json'], mended)).json() as Report)).toMatchObject({ folders: 'ok', 'private files': 'ok', monitoring: 'ok' });
  });

  test('says that the lookback of before is without effect', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}` });
    const file = join(place.folder, 'hub.config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^lake:$/m, 'lake:\n  lookback_days: 14'));
    const report = (await place.hub(['doctor', '--output', 'json'])).json() as Report;
    expect(report.checks.find(({ name }) => name === 'configuration')).toMatchObject({ status: 'warn', next: expect.stringContaining('lake.lookback_days is without effect') });
  });

  test('says who is told of alerts and of the week, and refuses rules that cannot be used', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}` });
    const found = async (): Promise<Report['checks'][number] | undefined> => ((await place.hub(['doctor', '--output', 'json'])).json() as Report).checks.find(({ name }) => name === 'alerts');
    expect(await found()).toMatchObject({ status: 'ok', found: '12 rules; alert.fired goes to nobody, digest.weekly goes to nobody' });
    writeFileSync(join(place.folder, 'alerts.yaml'), 'alerts:\n  - { id: a, title: A, severity: info, metric: metric_stock.availabel, when: { above: 1 } }\n');
    const file = join(place.folder, 'hub.config.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nalerts: { file: alerts.yaml }\n`);
    expect(await found()).toMatchObject({ status: 'fail', found: expect.stringContaining('alerts.yaml:2: a: metric_stock has no column "availabel". Did you mean available?') });
  });

  test('warns of a metrics file that the node exporter does not read', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}`, HUB_METRICS_FILE: 'hub.txt' });
    const report = (await place.hub(['doctor', '--output', 'json'])).json() as Report;
    expect(report.checks.find(({ name }) => name === 'monitoring')).toMatchObject({ status: 'warn', next: expect.stringContaining('only files that end in .prom') });
  });

  test('runs every check after those that it needs', () => {
    for (const [index, { needs = [] }] of checks.entries()) {
      expect(checks.slice(0, index).map(({ name }) => name)).toEqual(expect.arrayContaining([...needs]));
    }
  });

  test('tells of every failure what to do, also of one that nobody foresaw', async () => {
    const unforeseen: Check = { name: 'odd', run: () => Promise.reject(new Error('boom')) };
    expect(await runChecks([unforeseen], {} as Context)).toEqual([{ name: 'odd', status: 'fail', found: 'boom', next: expect.stringContaining('--log-level debug') }]);
  });
});

describe('the settings of a server', () => {
  const good = new Map([
    ...[['local_infile', 'ON'], ['sql_mode', 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'], ['time_zone', '+00:00'], ['transaction_isolation', 'READ-COMMITTED']],
    ...[['character_set_connection', 'utf8mb4'], ['innodb_buffer_pool_size', '8589934592'], ['innodb_flush_log_at_trx_commit', '1']],
    ...[['max_allowed_packet', '67108864'], ['log_bin', 'ON'], ['binlog_format', 'ROW']],
  ] as [string, string][]);
  const NODE = { wsrep_on: 'ON', wsrep_ready: 'ON', wsrep_cluster_status: 'Primary', wsrep_sync_wait: '1' };
  const judge = (changes: Record<string, string>, wantsLoad = true) => judgeMysqlSettings(new Map([...good, ...Object.entries(changes)]), wantsLoad);

  test('as they should be need nothing', () => expect(judge({})).toEqual([]));
  test('may forbid loading if hub is told not to load', () => expect(judge({ local_infile: 'OFF' }, false)).toEqual([]));

  test.each([
    ['local_infile', 'OFF', 'set global local_infile = ON'],
    ['innodb_buffer_pool_size', '134217728', 'raise innodb_buffer_pool_size'],
    ['max_allowed_packet', '1048576', 'raise max_allowed_packet'],
    ['wsrep_load_data_splitting', 'ON', 'wsrep_load_data_splitting = OFF'],
    ['wsrep_max_ws_rows', '1000', 'wsrep_max_ws_rows = 0'],
    ['innodb_flush_log_at_trx_commit', '2', 'innodb_flush_log_at_trx_commit = 1'],
  ])('%s = %s is worth advice', (name, value, advice) => expect(judge({ ...(name.startsWith('wsrep') ? NODE : {}), [name]: value })).toEqual([expect.stringContaining(advice)]));

  test('a small packet matters more without LOAD DATA', () => {
    expect(judge({ local_infile: 'OFF', max_allowed_packet: '1048576' }, false)).toEqual([expect.stringContaining('without LOAD DATA every row')]);
  });

  test.each([
    [{ wsrep_ready: 'OFF' }, 'node_not_ready'],
    [{ wsrep_cluster_status: 'non-Primary' }, 'node_not_ready'],
    [{ wsrep_sync_wait: '0' }, 'session_undone'],
  ])('of a node of a cluster fail for %j: %s', (changes, code) => {
    expect(judge(NODE)).toEqual([]);
    expect(() => judge({ ...NODE, ...changes })).toThrow(expect.objectContaining({ code, nextStep: expect.any(String) }));
  });

  test.each([
    ['sql_mode', 'NO_ZERO_DATE', 'session_undone'],
    ['time_zone', 'SYSTEM', 'session_undone'],
    ['transaction_isolation', 'REPEATABLE-READ', 'session_undone'],
    ['character_set_connection', 'latin1', 'session_undone'],
    ['character_set_client', 'latin1', 'session_undone'],
    ['read_only', 'ON', 'database_read_only'],
    ['super_read_only', 'ON', 'database_read_only'],
    ['binlog_format', 'STATEMENT', 'binlog_statement'],
  ])('%s = %s fails, as wrong values could be stored', (name, value, code) => {
    expect(() => judge({ [name]: value })).toThrow(expect.objectContaining({ code, nextStep: expect.any(String) }));
  });

  test.each(['MySQL 8.0.36', 'MySQL 9.1.0', 'MariaDB 10.6.1-MariaDB', 'MariaDB 11.4.2-MariaDB', 'SQLite 3.53.2'])('%s is new enough', (version) =>
    expect(() => requireVersion(version)).not.toThrow(),
  );
  test.each(['MySQL 5.7.44', 'MariaDB 10.5.29-MariaDB', 'MariaDB 5.5.68-MariaDB'])('%s is too old', (version) =>
    expect(() => requireVersion(version)).toThrow(HubError),
  );
});
