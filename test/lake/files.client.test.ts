import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';

import { openFileLake } from '../../src/lake/files.client.ts';
import type { LakeFeed } from '../../src/lake/lake.ts';
import { readAll } from '../support/athena-lake.ts';
import { batchOf, testLake, type TestLake } from '../support/lake.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asObject } from './read-csv.ts';

const feed: LakeFeed = { source: 'billing', entity: 'invoice', brand: 'alpina' };
const batch = batchOf('20261101T000000Z');
const until = batchOf('20270101T000000Z');
const options = { signal: new AbortController().signal, attempt: 1 };

async function partsOf(lake: TestLake) {
  const reading = openFileLake(lake.root).readBatch({ feed, batch }, options);
  return { parts: await readAll(reading), statistics: reading.statistics };
}

describe('listing batches', () => {
  test('gives the partitions in the range, ascending, with their size', async () => {
    const lake = testLake();
    lake.write('invoice', '20261102T000000Z', 'Id\n12345\n');
    lake.write('invoice', '20261101T000000Z', 'Id\n');
    lake.write('invoice', '20261103T000000Z', 'Id\n');
    lake.write('invoice', '20261101T000000Z', 'Id\n', { brand: 'belmont' });
    const files = openFileLake(lake.root);
    const names = async (range: Parameters<typeof files.listBatches>[1]) => (await files.listBatches(feed, range, options.signal)).map((found) => found.batch);
    expect(await names({ until })).toEqual(['20261101T000000Z', '20261102T000000Z', '20261103T000000Z']);
    expect(await names({ from: batchOf('20261102T000000Z'), until: batchOf('20261103T000000Z') })).toEqual(['20261102T000000Z']);
    const [, second] = await files.listBatches(feed, { until }, options.signal);
    expect(second).toEqual({ feed, batch: '20261102T000000Z', bytes: 9 });
  });

  test('passes over what is no partition', async () => {
    const lake = testLake();
    lake.write('invoice', '20261101T000000Z', 'Id\n');
    const folder = join(lake.root, 'billing/invoice/brand=alpina');
    for (const name of ['20261102T000000Z', 'batch=20261302T000000Z', 'batch=latest', '_temporary', '.hidden']) mkdirSync(join(folder, name));
    const found = await openFileLake(lake.root).listBatches(feed, { until }, options.signal);
    expect(found.map((one) => one.batch)).toEqual(['20261101T000000Z']);
  });

  test('a feed without a folder has no batches, but a lake that is not there is an error', async () => {
    expect(await openFileLake(testLake().root).listBatches(feed, { until }, options.signal)).toEqual([]);
    const missing = openFileLake(join(temporaryFolder(), 'nowhere'));
    const error = { kind: 'configuration', code: 'lake_missing', nextStep: expect.stringContaining('HUB_LAKE_URL') };
    await expect(missing.listBatches(feed, { until }, options.signal)).rejects.toMatchObject(error);
    await expect(missing.check(options.signal)).rejects.toMatchObject(error);
  });

  test('the check answers for a lake that is there', async () => {
    const lake = testLake();
    lake.write('invoice', '20261101T000000Z', 'Id\n');
    expect(await openFileLake(lake.root).check(options.signal)).toEqual({ detail: '1 entries' });
  });
});

describe('reading a batch', () => {
  test('gives the parts in name order, plain and compressed, and what it cost', async () => {
    const lake = testLake();
    lake.write('invoice', batch, '\ufeffId,Amount\r\n2,"1,5"\r\n', { file: 'b.csv' });
    lake.write('invoice', batch, 'Id\n1\n', { file: 'a.csv.gz' });
    const { parts, statistics } = await partsOf(lake);
    expect(parts.map(({ name, header }) => [name, header])).toEqual([['a.csv.gz', ['Id']], ['b.csv', ['Id', 'Amount']]]);
    expect(parts[1]?.records.map(asObject)).toEqual([{ fields: ['2', '1,5'], line: 2, raw: '2,"1,5"' }]);
    expect(statistics).toEqual({ files: 2, bytesScanned: gzipSync('Id\n1\n').length + 23 });
  });

  test('reads many blocks, with values over their borders', async () => {
    const lake = testLake();
    const row = (index: number) => `${index},"line one of ${index}\nline two, with a comma"`;
    const rows = Array.from({ length: 20_000 }, (_, index) => row(index));
    lake.write('invoice', batch, `Id,Note\n${rows.join('\n')}\n`);
    const { parts } = await partsOf(lake);
    expect(parts[0]?.records.map(({ raw }) => raw)).toEqual(rows);
    expect(parts[0]?.records[19_999]).toMatchObject({ fields: ['19999', 'line one of 19999\nline two, with a comma'], line: 40_000 });
  });

  test('passes over hidden files and other kinds', async () => {
    const lake = testLake();
    for (const file of ['.part.csv', '_SUCCESS', '_tmp.csv', 'readme.txt', 'a.csv.crc', 'a.csv']) lake.write('invoice', batch, 'Id\n1\n', { file });
    expect((await partsOf(lake)).parts.map(({ name }) => name)).toEqual(['a.csv']);
  });

  test.each([
    ['0 bytes', '', []],
    ['a byte order mark alone', '\ufeff', []],
    ['a header alone', 'Id,Amount\n', ['Id', 'Amount']],
    ['a header without a line end', 'Id,Amount', ['Id', 'Amount']],
  ])('a file of %s has no records', async (_, text, header) => {
    const lake = testLake();
    lake.write('invoice', batch, text);
    const { parts } = await partsOf(lake);
    expect(parts).toEqual([{ name: 'part-0.csv', header, records: [] }]);
  });

  test.each([['\r\n\nId,Amount\n1,2\n'], [',,\n , \nId,Amount\n1,2\n'], ['\r\r\rId,Amount\r1,2']])('blank lines before the header do not hide the rows: %j', async (text) => {
    const lake = testLake();
    lake.write('invoice', batch, text);
    expect((await partsOf(lake)).parts).toMatchObject([{ header: ['Id', 'Amount'], records: [{ fields: ['1', '2'] }] }]);
  });

  test('the lines are counted from the first one of the file', async () => {
    const lake = testLake();
    lake.write('invoice', batch, '\r\n,,\nId,Amount\n1,2\n');
    expect((await partsOf(lake)).parts[0]?.records).toMatchObject([{ line: 4 }]);
  });

  test('UTF-16 with a byte order mark is read, and what is compressed twice is refused by its coding', async () => {
    const lake = testLake();
    lake.write('invoice', batch, Buffer.from('\ufeffId,Amount\r\n1,2\r\n', 'utf16le'));
    expect((await partsOf(lake)).parts).toMatchObject([{ header: ['Id', 'Amount'], records: [{ fields: ['1', '2'] }] }]);
    lake.write('invoice', batch, gzipSync(gzipSync('Id\n')), { file: 'twice.csv.gz' });
    await expect(partsOf(lake)).rejects.toMatchObject({ kind: 'refused', code: 'unknown_coding', context: { file: expect.stringContaining('twice.csv.gz') } });
  });

  test('a header without an end is refused', async () => {
    const lake = testLake();
    lake.write('invoice', batch, 'Id,'.repeat(400_000));
    await expect(partsOf(lake)).rejects.toMatchObject({ kind: 'refused', code: 'record_too_long' });
  });

  test.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
    ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(bytes.length - 20)])],
    ['not compressed at all', () => Buffer.from('Id\n1\n')],
  ])('a compressed file that is %s is refused', async (_, spoil) => {
    const lake = testLake();
    lake.write('invoice', batch, spoil(gzipSync(`Id\n${Array.from({ length: 5_000 }, (__, index) => index * 7_919).join('\n')}\n`)), { file: 'a.csv.gz' });
    await expect(partsOf(lake)).rejects.toMatchObject({ kind: 'refused', code: 'unreadable_file', context: { file: expect.stringContaining('a.csv.gz') } });
  });

  test('ends with an interruption after a signal', async () => {
    const lake = testLake();
    lake.write('invoice', batch, `Id\n${'1\n'.repeat(500_000)}`);
    const controller = new AbortController();
    const reading = openFileLake(lake.root).readBatch({ feed, batch }, { ...options, signal: controller.signal });
    const work = async () => {
      for await (const part of reading.parts) for await (const block of part.blocks) if (block.length > 0) controller.abort();
    };
    await expect(work()).rejects.toMatchObject({ kind: 'interrupted' });
  });

  test('a reader that stops early leaves no file open', async () => {
    const lake = testLake();
    lake.write('invoice', batch, `Id\n${'1\n'.repeat(500_000)}`);
    writeFileSync(join(lake.root, 'billing/invoice/brand=alpina', `batch=${batch}`, 'b.csv'), 'Id\n2\n');
    const names: string[] = [];
    for await (const part of openFileLake(lake.root).readBatch({ feed, batch }, options).parts) {
      names.push(part.name);
      break;
    }
    expect(names).toEqual(['b.csv']);
  });
});
