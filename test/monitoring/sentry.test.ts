import { expect, test } from '@jest/globals';

import { httpSink, type TakenRequest } from '../support/servers/http-sink.ts';
import { workspace } from '../support/program/hub.ts';
import { csv, hexId, testLake } from '../support/lakes/lake.ts';

const IMPORT = ['import-billing', '--brand', 'alpina', '--entity', 'account'];

/** The event of an envelope: header line, item header line, item. */
function eventOf(request: TakenRequest | undefined): Record<string, unknown> {
  const [header, itemHeader, item] = (request?.body ?? '').split('\n');
  expect(JSON.parse(header ?? '')).toHaveProperty('event_id');
  expect(JSON.parse(itemHeader ?? '')).toMatchObject({ type: 'event' });
  return JSON.parse(item ?? '') as Record<string, unknown>;
}

const dsnOf = (origin: string): string => origin.replace('http://', 'http://publickey@').concat('/42');

test('a failure is reported with its code, place, run and next step, and with nobody’s data', async () => {
  const sink = await httpSink();
  const place = workspace({ HUB_DATABASE_URL: 'mysql://hub:s3cr3t@127.0.0.1:1/anna@mail.example', SENTRY_DSN: dsnOf(sink.origin) });
  const result = await place.hub(['runs', 'list']);
  expect(result.code).toBe(6);
  expect(sink.taken).toHaveLength(1);
  const [request] = sink.taken;
  expect(request).toMatchObject({ method: 'POST', path: expect.stringMatching(/^\/api\/42\/envelope\/\?/) });
  expect(request?.path).toContain('sentry_key=publickey');
  const event = eventOf(request);
  expect(event).toMatchObject({
    level: 'error',
    tags: { command: 'list', code: 'database_unavailable', kind: 'transient' },
    contexts: { problem: { database: expect.stringContaining('127.0.0.1:1/<address>'), next: expect.stringContaining('hub doctor') } },
    exception: { values: [{ type: 'database_unavailable', stacktrace: { frames: expect.arrayContaining([expect.objectContaining({ function: expect.any(String) })]) } }] },
    release: expect.stringMatching(/^hub@/),
  });
  expect(request?.body).not.toMatch(/s3cr3t|anna@|server_name|breadcrumbs/);
});

test('a refused batch is reported as a warning with the run', async () => {
  const sink = await httpSink();
  const lake = testLake();
  lake.write('account', '20260301T050000Z', csv([{ Id: hexId(1), AccountNumber: 'A1' }]));
  const result = await workspace({ HUB_LAKE_URL: `file:${lake.root}`, SENTRY_DSN: dsnOf(sink.origin) }).hub([...IMPORT, '--output', 'json']);
  expect(result.code).toBe(3);
  const { run_id: runId } = result.json() as { run_id: string };
  expect(eventOf(sink.taken[0])).toMatchObject({ level: 'warning', message: 'import-billing is done, but part was refused.', tags: { code: 'refused', run_id: runId } });
  expect(result.log()).toEqual([expect.objectContaining({ code: 'missing_column', run_id: runId, command: 'import-billing' })]);
});

test('a mistake on the command line, and a run that went well, are reported to nobody', async () => {
  const sink = await httpSink();
  const lake = testLake();
  lake.write('account', '20260301T050000Z', csv([{ Id: hexId(1), AccountNumber: 'A1', Currency: 'EUR' }]));
  const place = workspace({ HUB_LAKE_URL: `file:${lake.root}`, SENTRY_DSN: dsnOf(sink.origin) });
  expect((await place.hub([...IMPORT, '--from', 'soon'])).code).toBe(2);
  expect((await place.hub(IMPORT)).code).toBe(0);
  expect(sink.taken).toEqual([]);
});

test('a Sentry that refuses or is not there changes nothing but for a warning', async () => {
  const sink = await httpSink();
  sink.answerWith(403);
  for (const dsn of [dsnOf(sink.origin), 'http://key@127.0.0.1:1/42']) {
    const place = workspace({ HUB_LAKE_URL: 'file:nowhere', SENTRY_DSN: dsn });
    const result = await place.hub(IMPORT);
    expect(result.code).toBe(2);
    expect(result.log().map(({ code }) => code)).toEqual(['sentry_unreachable', 'lake_missing']);
  }
});

test('an address that is none is a matter of configuration, and is not shown', async () => {
  for (const dsn of ['s3cr3t', 'https://s3cr3t.example/1', 'https://s3cr3t@host/']) {
    const result = await workspace({ SENTRY_DSN: dsn }).hub(['runs', 'list']);
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'invalid_address', message: 'SENTRY_DSN is no address of the form that it must have.' });
    expect(result.stderr).not.toContain('s3cr3t');
  }
});
