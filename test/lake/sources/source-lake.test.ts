import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import type { BatchId } from '../../../src/core/time.ts';
import { openSourceLake } from '../../../src/lake/open-source-lake.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { BatchManifest } from '../../../src/lake/sources/manifest.ts';
import { PartWriter } from '../../../src/lake/sources/part-writer.client.ts';
import type { BatchPlace } from '../../../src/lake/sources/place.ts';
import { recordsOf } from '../../../src/lake/sources/records.ts';
import { openS3Lake } from '../../../src/lake/sources/s3-lake.client.ts';
import { parseS3Place, type S3Place } from '../../../src/lake/s3/place.ts';
import type { SourceLake, StagedPart } from '../../../src/lake/sources/source-lake.ts';
import { S3Server } from '../../support/servers/s3-server.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const signal = new AbortController().signal;
const place: BatchPlace = { platform: 'stripe', stream: 'charges', account: 'main', batch: '20261128T100003Z' as BatchId };
let server: S3Server;

beforeAll(async () => {
  server = await S3Server.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
});

/** Puts a batch of these records into the lake and gives its manifest. */
async function putBatch(lake: SourceLake, records: readonly string[], at = place): Promise<BatchManifest> {
  const parts = await stage(lake, records, at);
  for (const part of parts) await lake.putPart(at, part);
  const manifest = manifestOf(at, parts);
  await lake.putManifest(manifest);
  await lake.unstage(at);
  return manifest;
}

async function stage(lake: SourceLake, records: readonly string[], at = place): Promise<readonly StagedPart[]> {
  const writer = new PartWriter(await lake.stage(at), { records: 2, bytes: 1_000 });
  for (const record of records) await writer.add(record);
  return writer.finish();
}

function manifestOf(at: BatchPlace, parts: readonly StagedPart[]): BatchManifest {
  return {
    ...{ format: 1, ...at, brand: 'alpina', run_id: 'r', api_version: null, definition: 'd', slice: { from: null, to: null }, backfill: false, replaces: null },
    ...{ cursor_before: null, cursor_after: '2', zone: null, currency: null, requests: 1, records: parts.reduce((sum, { records }) => sum + records, 0) },
    ...{ skipped: {}, warnings: [], drift: { unknown: {}, lost: {}, changed: {} }, parts: parts.map(({ name, records, bytes, sha256 }) => ({ name, records, bytes, sha256 })) },
  };
}

async function textsOf(lake: SourceLake, manifest: BatchManifest): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of recordsOf(lake, manifest)) texts.push(text);
  return texts;
}

const lakes: readonly (readonly [string, () => SourceLake])[] = [
  ['a folder', () => openFolderLake(temporaryFolder('lake'))],
  ['S3', () => openS3Lake(parseS3Place(server.place('bucket', 'hub/sources')) as S3Place, { signal, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, baseMs: 1 })],
];

describe.each(lakes)('the source lake in %s', (_where, open) => {
  test('gives the records of a batch back as they were, in their order', async () => {
    const lake = open();
    const records = ['{"id":9007199254740993,"cost":12.50}', '{"note":"Zoë"}', '{}', `{"long":"${'x'.repeat(2_000)}"}`, '{"last":true}'];
    const manifest = await putBatch(lake, records);
    expect(await textsOf(lake, manifest)).toEqual(records);
    expect(manifest.parts.map(({ records: count }) => count)).toEqual([2, 1, 1, 1]);
    expect(await lake.manifest(place)).toEqual(manifest);
    expect(Object.fromEntries(await lake.partSizes(place))).toEqual(Object.fromEntries(manifest.parts.map(({ name, bytes }) => [name, bytes])));
    lake.close();
  });

  test('shows batches only with their manifests, and feeds by what is asked for', async () => {
    const lake = open();
    const at = (stream: string, account: string, batch: string): BatchPlace => ({ platform: 'singer tap', stream, account, batch: batch as BatchId });
    await putBatch(lake, ['{}'], at('a/b', 'one', '20261128T100003Z'));
    await putBatch(lake, ['{}'], at('a/b', 'one', '20261127T100003Z'));
    await putBatch(lake, [], at('c', '.two', '20261127T100003Z'));
    for (const part of await stage(lake, ['{}'], at('a/b', 'one', '20261129T100003Z'))) await lake.putPart(at('a/b', 'one', '20261129T100003Z'), part);
    const feed = { platform: 'singer tap', stream: 'a/b', account: 'one' };
    expect(await lake.batches(feed)).toEqual(['20261127T100003Z', '20261128T100003Z']);
    expect(await lake.manifest(at('a/b', 'one', '20261129T100003Z'))).toBeUndefined();
    expect(await lake.feeds()).toEqual([feed, { platform: 'singer tap', stream: 'c', account: '.two' }]);
    expect(await lake.feeds({ streams: ['c'] })).toHaveLength(1);
    expect(await lake.feeds({ accounts: ['three'] })).toEqual([]);
    expect(await lake.feeds({ platforms: ['stripe'] })).toEqual([]);
    lake.close();
  });

  test('removes parts, and refuses a batch of which one is missing', async () => {
    const lake = open();
    const manifest = await putBatch(lake, ['{}', '{}', '{}']);
    await lake.removePart(place, 'part-00001.ndjson.gz');
    await lake.removePart(place, 'part-00001.ndjson.gz');
    expect([...(await lake.partSizes(place)).keys()]).toEqual(['part-00000.ndjson.gz']);
    await expect(textsOf(lake, manifest)).rejects.toMatchObject({ code: 'damaged_batch', kind: 'refused' });
    lake.close();
  });

  test('refuses a part whose records or bytes are not those of the manifest', async () => {
    const lake = open();
    const manifest = await putBatch(lake, ['{"id":1}', '{"id":2}']);
    const [part] = manifest.parts;
    if (part === undefined) throw new Error('no part');
    await expect(textsOf(lake, { ...manifest, parts: [{ ...part, records: 3 }] })).rejects.toThrow('has 2 records, and its manifest says 3');
    await expect(textsOf(lake, { ...manifest, parts: [{ ...part, sha256: '0'.repeat(64) }] })).rejects.toThrow('has another SHA-256');
    const [staged] = await stage(lake, ['{}']);
    if (staged === undefined) throw new Error('no part');
    writeFileSync(staged.file, readFileSync(staged.file).subarray(0, -9));
    await lake.putPart(place, { ...staged, bytes: staged.bytes - 9, sha256: sha256Of(staged.file) });
    await expect(textsOf(lake, manifest)).rejects.toThrow('cannot be read');
    lake.close();
  });
});

test('the same records give the same bytes, however they come', async () => {
  const records = Array.from({ length: 400 }, (_, index) => `{"id":${index},"text":"${randomBytes(1_000).toString('base64')}"}`);
  const shas = await Promise.all(
    [0, 1].map(async (pause) => {
      const writer = new PartWriter(temporaryFolder('parts'));
      for (const record of records) {
        await writer.add(record);
        if (pause === 1) await new Promise(setImmediate);
      }
      return (await writer.finish()).map(({ sha256 }) => sha256);
    }),
  );
  expect(shas[0]).toHaveLength(1);
  expect(shas[0]).toEqual(shas[1]);
});

test('a folder and its files are for their owner alone, and nothing unfinished is left', async () => {
  const root = temporaryFolder('lake');
  const lake = await openSourceLake(`file:${root}/deep`, signal);
  await putBatch(lake, ['{}']);
  const folder = join(root, 'deep/stripe/charges/account=main/batch=20261128T100003Z');
  expect(readdirSync(folder)).toEqual(['_manifest.json', 'part-00000.ndjson.gz']);
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(statSync(join(root, 'deep/stripe')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(root, 'deep/.staging'))).toEqual([]);
  rmSync(join(folder, '_manifest.json'));
  writeFileSync(join(folder, '_manifest.json'), '{"format":2}');
  await expect(lake.manifest(place)).rejects.toMatchObject({ code: 'damaged_batch' });
});

test('S3 is tried again where it fails for a moment, and says what it refuses', async () => {
  const [, open] = lakes[1] ?? [];
  if (open === undefined) throw new Error('no lake on S3');
  const lake = open();
  server.spoil({ request: /^PUT .*part/, how: { status: 503, code: 'SlowDown' } }, { request: /^PUT .*part/, how: 'cut' }, { request: /^PUT .*_manifest/, how: 'cut after' });
  const manifest = await putBatch(lake, ['{"id":1}']);
  expect(await textsOf(lake, manifest)).toEqual(['{"id":1}']);
  server.spoil({ request: /^PUT /, how: { status: 403, code: 'AccessDenied' } });
  await expect(lake.putManifest(manifest)).rejects.toMatchObject({ kind: 'configuration', code: 'source_lake_refused' });
  lake.close();
});

test('a URL that names no place is refused', async () => {
  await expect(openSourceLake('gs://bucket', signal)).rejects.toMatchObject({ code: 'invalid_sources_url' });
  await expect(openSourceLake('s3://bucket/x?colour=red', signal)).rejects.toMatchObject({ code: 'invalid_sources_url' });
});

function sha256Of(file: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
