import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import { parseOutputLocation } from '../../../src/audiences/deliver/output-location.ts';
import { openS3Store } from '../../../src/audiences/deliver/s3-store.client.ts';
import type { AudienceStore } from '../../../src/audiences/deliver/store.ts';
import { storePersons } from '../../support/rows/audience-people.ts';
import { audiencesOf, buildAudiences, filesIn } from '../../support/stages/audiences.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { workspace } from '../../support/program/hub.ts';
import { S3Server } from '../../support/servers/s3-server.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
let server: S3Server;

beforeAll(async () => {
  server = await S3Server.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
});

function open(place: string, signal = new AbortController().signal): AudienceStore {
  const location = parseOutputLocation(place);
  if (!('s3' in location)) throw new Error('not on S3');
  return openS3Store(location.s3, { credentials: CREDENTIALS, signal, baseMs: 1 });
}

async function withStore<T>(work: (store: AudienceStore) => Promise<T>): Promise<T> {
  const store = open(server.place('lists', 'hub/audiences'));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

describe('a store on S3', () => {
  const text = 'email_sha256\n'.repeat(100_000);
  const file = (): string => {
    const path = join(temporaryFolder('s3'), 'list.csv');
    writeFileSync(path, text);
    return path;
  };

  test('puts, moves and knows files by their sums', async () => {
    await withStore(async (store) => {
      expect(store.location).toBe('s3://lists/hub/audiences/');
      await store.put('.staging/list.csv', file(), sha256Hex(text));
      expect(await store.sha256Of('.staging/list.csv')).toBe(sha256Hex(text));
      await store.move('.staging/list.csv', '2026-04-01/list.csv');
      await store.putText('2026-04-01/manifest.json', '{}');
      expect(server.texts('lists/hub/audiences/')).toEqual({ '2026-04-01/list.csv': text, '2026-04-01/manifest.json': '{}' });
      expect(await store.sha256Of('2026-04-01/list.csv')).toBe(sha256Hex(text));
      expect(await store.sha256Of('.staging/list.csv')).toBeUndefined();
    });
  });

  test('tries again what was throttled, failed or was cut, from the start of the file', async () => {
    server.spoil(
      { request: /^PUT .*list/, how: { status: 503, code: 'SlowDown' } },
      { request: /^PUT .*list/, how: 'cut' },
      { request: /^PUT .*list/, how: 'cut after' },
      { request: /^COPY/, how: { status: 500, code: 'InternalError' } },
      { request: /^DELETE/, how: 'cut after' },
    );
    await withStore(async (store) => {
      await store.put('.staging/list.csv', file(), sha256Hex(text));
      await store.move('.staging/list.csv', 'list.csv');
    });
    expect(server.texts('lists/hub/audiences/')).toEqual({ 'list.csv': text });
    expect(server.requests.map((name) => name.split(' ')[0])).toEqual(['PUT', 'PUT', 'PUT', 'PUT', 'COPY', 'COPY', 'DELETE', 'DELETE']);
  });

  test('says that a retry can help after too many failures, and what to check after a refusal', async () => {
    await withStore(async (store) => {
      server.spoil(...Array.from({ length: 5 }, () => ({ request: /^PUT/, how: { status: 503, code: 'SlowDown' } })));
      await expect(store.putText('a', 'a')).rejects.toMatchObject({ kind: 'transient', code: 's3_unreachable' });
      server.spoil({ request: /^PUT/, how: { status: 403, code: 'AccessDenied' } });
      await expect(store.putText('a', 'a')).rejects.toMatchObject({ kind: 'configuration', code: 's3_refused', nextStep: expect.stringContaining('s3:PutObject') });
      expect(server.objects.size).toBe(0);
    });
  });

  test('is refused a file that is not what its sum says', async () => {
    await withStore((store) => expect(store.put('list.csv', file(), sha256Hex('something else'))).rejects.toMatchObject({ kind: 'transient' }));
    expect(server.objects.size).toBe(0);
  });

  test('stops when the run is interrupted', async () => {
    const controller = new AbortController();
    const store = open(server.place('lists', ''), controller.signal);
    controller.abort();
    await expect(store.putText('a', 'a')).rejects.toMatchObject({ kind: 'interrupted' });
    store.close();
  });
});

describe('a place for audiences', () => {
  test('is a folder, or a bucket with a prefix', () => {
    expect(parseOutputLocation('/var/lists')).toEqual({ folder: '/var/lists' });
    expect(parseOutputLocation('s3://lists')).toEqual({ s3: { bucket: 'lists', prefix: '' } });
    expect(parseOutputLocation('s3://lists/a/b/?region=eu-west-1')).toEqual({ s3: { bucket: 'lists', prefix: 'a/b/', region: 'eu-west-1' } });
  });

  test.each(['gs://lists', 's3://', 's3://UPPER/x', 's3://lists/a?acl=public', 'https://lists.example'])('%s is refused', (place) => {
    expect(() => parseOutputLocation(place)).toThrow(expect.objectContaining({ kind: 'configuration', code: 'invalid_audience_output' }));
  });
});

describeEachDatabase('audiences on S3', (suite) => {
  const audiences = audiencesOf('audiences: [{ name: everybody, description: E, platforms: [meta, csv], where: [{ refunded: false }] }]');

  test('are the files of a folder, and a run that was cut off between two objects goes on from there', async () => {
    await storePersons(suite.database, [{ email: 'one@post.at' }, { email: 'two@post.at' }]);
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), audiences, folder);
    await suite.database.read((knex) => knex('audience_members').delete());
    await suite.database.read((knex) => knex('audience_snapshots').delete());

    const failure = { request: /^COPY .*meta\.delta/, how: { status: 403, code: 'AccessDenied' } };
    server.spoil(failure);
    await withStore(async (store) => {
      await expect(buildAudiences(suite.database, testClock(), audiences, '', { store })).rejects.toMatchObject({ code: 's3_refused' });
      expect(Object.keys(server.texts('lists/hub/audiences/2026-04-01/'))).toEqual(['everybody.meta.csv']);
      await buildAudiences(suite.database, testClock(), audiences, '', { store, asOf: '2026-04-02' as LocalDate });
    });
    const [first, second] = ['2026-04-01/', '2026-04-02/'].map((date) => server.texts(`lists/hub/audiences/${date}`));
    const local = filesIn(join(folder, '2026-04-01'));
    // The first date came out after all, piece by piece, as it was made.
    expect({ ...first, 'manifest.json': '' }).toEqual({ ...local, 'manifest.json': '' });
    expect(JSON.parse(first?.['manifest.json'] ?? '')).toEqual(JSON.parse(local['manifest.json'] ?? ''));
    expect(second?.['everybody.csv.delta.csv']).toBe('action,sha256,md5\n');
    expect(server.texts('lists/hub/audiences/.staging')).toEqual({});
  });

  test('are written by the command', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${temporaryFolder('lake')}`, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    await suite.empty();
    await storePersons(suite.database, [{ email: 'one@post.at', subscriptions: [{ lifecycle: 'active' }] }]);
    const result = await place.hub(['build-audiences', '--as-of', '2026-04-03', '--audience', 'active_subscribers', '--platform', 'csv', '--output-dir', server.place('lists', 'cli')]);
    expect(result).toMatchObject({ code: 0 });
    expect(server.texts('lists/cli/2026-04-03/')['active_subscribers.csv.csv']).toContain(sha256Hex('one@post.at'));
  });
});
