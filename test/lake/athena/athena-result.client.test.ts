import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Lake } from '../../../src/lake/port/lake.ts';
import { athenaLake, invoiceBatch, readAll } from '../../support/lakes/athena-lake.ts';
import { generatedObject } from '../../support/servers/athena-objects.ts';
import { AthenaServer, type Cut } from '../../support/servers/athena-server.ts';

const read = { signal: new AbortController().signal, attempt: 1 };

let server: AthenaServer;
let lake: Lake;

beforeEach(async () => {
  server = await AthenaServer.start();
  lake = athenaLake(server, { tries: 3 });
});

afterEach(async () => {
  await lake.close();
  await server.close();
});

test.each<Cut>([
  { after: 0, how: 'reset' },
  { after: 1, how: 'end' },
  { after: 100_000, how: 'reset' },
  { after: 123_456, how: 'end' },
])('a download that breaks is resumed where it broke: %j', async (cut) => {
  server.answer = () => ({ object: generatedObject(5_000) });
  server.cutDownloads(cut, cut);
  const [part] = await readAll(lake.readBatch(invoiceBatch(), read));
  const numbers = part?.records.map(({ fields }) => fields[1]);
  expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, index) => `A-${String(index).padStart(8, '0')}`));
  expect(server.started).toHaveLength(1);
  expect(server.downloads).toHaveLength(3);
  // A reset may swallow what was sent before it; then there is nothing to resume from yet.
  for (const { range, ifMatch } of server.downloads.slice(1)) {
    if (cut.how === 'end') expect(range).toMatch(/^bytes=[1-9]\d*-$/);
    if (range !== undefined) expect(ifMatch).toBe(`"etag-${server.started[0]?.id}"`);
  }
});

test('a download that keeps breaking without progress is transient, never short', async () => {
  server.answer = () => ({ object: generatedObject(5_000) });
  server.cutDownloads(...Array.from({ length: 5 }, (): Cut => ({ after: 1_000, how: 'end' })));
  const error: unknown = await readAll(lake.readBatch(invoiceBatch(), read)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'transient',
    code: 'lake_download',
    context: { entity: 'invoice', query: server.started[0]?.id, received_bytes: 3_000, size_bytes: generatedObject(5_000).size },
  });
  expect(server.downloads).toHaveLength(3);
});

test('a download may break more often than the tries while it makes progress', async () => {
  const object = generatedObject(15_000);
  const cuts = Math.floor(object.size / 300_000);
  server.answer = () => ({ object });
  server.cutDownloads(...Array.from({ length: cuts }, (): Cut => ({ after: 300_000, how: 'end' })));
  const [part] = await readAll(lake.readBatch(invoiceBatch(), read));
  expect(part?.records).toHaveLength(15_000);
  expect(cuts).toBeGreaterThan(3);
  expect(server.downloads).toHaveLength(cuts + 1);
});

test('a result that is gone is transient: the next try runs the query again', async () => {
  await expect(readAll(lake.readBatch(invoiceBatch(), read))).rejects.toMatchObject({
    kind: 'transient',
    code: 'lake_result_gone',
  });
});

test('a result that hub may not read is a matter of configuration', async () => {
  server.answer = () => ({ object: generatedObject(1) });
  server.refuse('GetObject', { status: 403, name: 'AccessDenied' });
  await expect(readAll(lake.readBatch(invoiceBatch(), read))).rejects.toMatchObject({
    kind: 'configuration',
    code: 'lake_access_denied',
  });
});

test('an abort ends a download at once', async () => {
  const abort = new AbortController();
  const object = generatedObject(300_000);
  server.answer = () => ({ object });
  let records = 0;
  const reading = async () => {
    for await (const part of lake.readBatch(invoiceBatch(), { signal: abort.signal, attempt: 1 }).parts) {
      for await (const block of part.blocks) {
        records += block.length;
        abort.abort();
      }
    }
  };
  await expect(reading()).rejects.toMatchObject({ kind: 'interrupted', context: { entity: 'invoice' } });
  expect(records).toBeLessThan(10_000);
});

test('300,000 rows are read exactly, in constant memory', async () => {
  const object = generatedObject(300_000);
  server.answer = () => ({ object });
  const growth: number[] = [];
  const before = heapAfterCollection();
  let rows = 0;
  let sum = 0;
  let largest = 0;
  for await (const part of lake.readBatch(invoiceBatch(), read).parts) {
    for await (const block of part.blocks) {
      largest = Math.max(largest, block.length);
      for (const { fields } of block) sum += Number(fields[0]);
      if (Math.floor(rows / 75_000) !== Math.floor((rows + block.length) / 75_000)) growth.push(heapAfterCollection() - before);
      rows += block.length;
    }
  }
  expect(rows).toBe(300_000);
  expect(sum).toBe((300_000 * 299_999) / 2);
  expect(largest).toBeLessThan(5_000);
  expect(growth).toHaveLength(4);
  expect(Math.max(...growth)).toBeLessThan(20 * 1024 * 1024);
  expect(object.size).toBeGreaterThan(30 * 1024 * 1024);
});

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
