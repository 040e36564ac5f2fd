import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { httpSink } from '../support/servers/http-sink.ts';
import { workspace } from '../support/program/hub.ts';
import { csv, hexId, testLake, type TestLake } from '../support/lakes/lake.ts';

const IMPORT = ['import-billing', '--brand', 'alpina', '--entity', 'account'];

function lakeWithAccounts(): TestLake {
  const lake = testLake();
  lake.write('account', '20260301T050000Z', csv([1, 2, 3].map((number) => ({ Id: hexId(number), AccountNumber: `A${number}`, Currency: 'EUR' }))));
  return lake;
}

/** The samples of a text in the Prometheus exposition format, as `name{labels}` to value. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) expect(line).toMatch(/^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+$/);
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

test('the state of every command stands in the metrics file after a run, readable for the node exporter', async () => {
  const lake = lakeWithAccounts();
  const place = workspace({ HUB_LAKE_URL: `file:${lake.root}`, HUB_METRICS_FILE: 'metrics/hub.prom' });
  mkdirSync(join(place.folder, 'metrics'));
  expect((await place.hub(IMPORT)).code).toBe(0);
  lake.write('account', '20260302T050000Z', csv([{ Id: hexId(1), AccountNumber: 'A1' }]));
  lake.write('account', '20260302T050000Z', '', { file: 'notes.txt' });
  expect((await place.hub(IMPORT)).code).toBe(3);
  const file = join(place.folder, 'metrics', 'hub.prom');
  const samples = samplesOf(readFileSync(file, 'utf8'));
  const run = 'command="import-billing",shard="1/1"';
  expect(samples.get(`hub_run_status{${run},status="refused"}`)).toBe(1);
  expect(samples.get(`hub_run_status{${run},status="succeeded"}`)).toBe(0);
  expect(samples.get(`hub_run_figure{${run},figure="refused"}`)).toBe(1);
  expect(samples.get(`hub_run_unusual{${run},kind="no_rows"}`)).toBe(0);
  expect(samples.get(`hub_run_figure{${run},figure="unread"}`)).toBe(1);
  const feed = 'feed="billing",brand="alpina",entity="account"';
  expect(samples.get(`hub_feed_newest_batch_timestamp_seconds{${feed}}`)).toBe(Date.parse('2026-03-01T05:00:00Z') / 1_000);
  expect(samples.get(`hub_feed_last_success_timestamp_seconds{${feed}}`)).toBeGreaterThan(1_700_000_000);
  const [success = 0, newest = 0] = ['hub_run_last_success_timestamp_seconds', 'hub_run_timestamp_seconds'].map((name) => samples.get(`${name}{${run}}`));
  expect(success).toBeGreaterThan(1_700_000_000);
  expect(newest).toBeGreaterThan(success);
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(readdirSync(join(place.folder, 'metrics'))).toEqual(['hub.prom']);
});

test('a dry run publishes nothing', async () => {
  const place = workspace({ HUB_LAKE_URL: `file:${lakeWithAccounts().root}`, HUB_METRICS_FILE: 'hub.prom' });
  expect((await place.hub([...IMPORT, '--dry-run'])).code).toBe(0);
  expect(readdirSync(place.folder)).toEqual(['hub.config.yaml']);
});

test('the Pushgateway gets the same in place of what it has, with its password in a header only', async () => {
  const sink = await httpSink();
  const url = `${sink.origin.replace('//', '//hub:s3cr3t@')}/gateway/`;
  const place = workspace({ HUB_LAKE_URL: `file:${lakeWithAccounts().root}`, HUB_PUSHGATEWAY_URL: url });
  expect(await place.hub(IMPORT)).toMatchObject({ code: 0, stderr: '' });
  expect(sink.taken.map(({ method, path }) => [method, path])).toEqual([['PUT', '/gateway/metrics/job/hub']]);
  expect(sink.taken[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('hub:s3cr3t').toString('base64')}`);
  expect(samplesOf(sink.taken[0]?.body ?? '').get('hub_run_figure{command="import-billing",shard="1/1",figure="inserted"}')).toBe(3);
});

test.each([301, 302, 307, 308])('a gateway that redirects with %i has not taken the metrics: a warning says so, once', async (status) => {
  const sink = await httpSink();
  sink.answerWith(status);
  const result = await workspace({ HUB_LAKE_URL: `file:${lakeWithAccounts().root}`, HUB_PUSHGATEWAY_URL: `${sink.origin}//gateway` }).hub(IMPORT);
  expect(result.code).toBe(0);
  expect(result.log()).toEqual([expect.objectContaining({ level: 'warn', code: 'metrics_not_pushed', status, gateway: sink.origin, next: expect.stringContaining('redirects') })]);
  expect(sink.taken.map(({ path }) => path)).toEqual(['//gateway/metrics/job/hub']);
});

test('several hubs do not overwrite each other: HUB_INSTANCE is a label of each sample, and a group of the Pushgateway', async () => {
  const sink = await httpSink();
  const place = workspace({ HUB_LAKE_URL: `file:${lakeWithAccounts().root}`, HUB_PUSHGATEWAY_URL: sink.origin, HUB_METRICS_FILE: 'hub.prom', HUB_INSTANCE: 'eu-prod' });
  expect((await place.hub(IMPORT)).code).toBe(0);
  expect(sink.taken.map(({ method, path }) => [method, path])).toEqual([['PUT', '/metrics/job/hub/instance/eu-prod']]);
  const sample = 'hub_run_figure{command="import-billing",shard="1/1",figure="inserted",instance="eu-prod"}';
  for (const text of [sink.taken[0]?.body ?? '', readFileSync(join(place.folder, 'hub.prom'), 'utf8')]) {
    expect(samplesOf(text).get(sample)).toBe(3);
    expect([...samplesOf(text).keys()].filter((key) => !key.includes('instance="eu-prod"'))).toEqual([]);
  }
  const wrong = await place.hub(IMPORT, { HUB_INSTANCE: 'eu/prod' });
  expect([wrong.code, wrong.log()[0]?.code]).toEqual([2, 'invalid_instance']);
});

test('a gateway that is gone, or a file that cannot be written, is a warning that names it; the run is done', async () => {
  const lake = lakeWithAccounts();
  const place = workspace({ HUB_LAKE_URL: `file:${lake.root}` });
  const gone = await place.hub(IMPORT, { HUB_PUSHGATEWAY_URL: 'http://hub:s3cr3t@127.0.0.1:1' });
  expect(gone.code).toBe(0);
  expect(gone.log()).toEqual([expect.objectContaining({ level: 'warn', code: 'metrics_not_pushed', cause: 'ECONNREFUSED', gateway: 'http://127.0.0.1:1' })]);
  expect(gone.stderr).not.toContain('s3cr3t');
  const unwritable = await place.hub(IMPORT, { HUB_METRICS_FILE: 'no/such/folder/hub.prom' });
  expect(unwritable.code).toBe(0);
  expect(unwritable.log()).toEqual([expect.objectContaining({ level: 'warn', code: 'metrics_unwritable', cause: 'ENOENT', file: join(place.folder, 'no/such/folder/hub.prom') })]);
});
