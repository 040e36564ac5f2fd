import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';

import { openFileLake } from '../../../src/lake/files/files.client.ts';
import type { BatchRange, LakeFeed } from '../../../src/lake/port/lake.ts';
import { readAll } from '../../support/lakes/athena-lake.ts';
import { batchOf, testLake, type TestLake } from '../../support/lakes/lake.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { asObject } from '../read-csv.ts';

const feed: LakeFeed = { source: 'billing', entity: 'invoice', brand: 'alpina' };
const batch = batchOf('20261101T000000Z');
const until = batchOf('20270101T000000Z');
const options = { signal: new AbortController().signal, attempt: 1 };

async function partsOf(lake: TestLake) {
  const reading = openFileLake(lake.root).readBatch({ feed, batch }, options);
  return { parts: await readAll(reading), statistics: reading.statistics };
}

describe('listing a feed', () => {
  const list = (lake: TestLake, range: BatchRange = { until }) => openFileLake(lake.root).listFeed(feed, range, options.signal);

  test('gives the batches in the range, ascending, with their files and size', async () => {
    const lake = testLake();
    lake.write('invoice', '20261102T000000Z', 'Id\n12345\n');
    lake.write('invoice', '20261101T000000Z', 'Id\n');
    lake.write('invoice', '20261103T000000Z', 'Id\n');
    lake.write('invoice', '20261101T000000Z', 'Id\n', { brand: 'belmont' });
    const names = async (range: BatchRange) => (await list(lake, range)).batches.map((found) => found.batch);
    expect(await names({ until })).toEqual(['20261101T000000Z', '20261102T000000Z', '20261103T000000Z']);
    expect(await names({ from: batchOf('20261102T000000Z'), until: batchOf('20261103T000000Z') })).toEqual(['20261102T000000Z']);
    const [, second] = (await list(lake)).batches;
    expect(second).toEqual({ feed, batch: '20261102T000000Z', files: 1, bytes: 9, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  test('names what is no batch and no file of one, and hidden things not', async () => {
    const lake = testLake();
    for (const file of ['a.csv', '_SUCCESS', '.a.csv.crc', 'notes.txt', 'a.csv.part']) lake.write('invoice', '20261101T000000Z', 'Id\n', { file });
    const folder = join(lake.root, 'billing/invoice/brand=alpina');
    for (const name of ['20261102T000000Z', 'batch=20261302T000000Z', 'batch=latest', 'batch=20261101T000000Z/more', '_temporary', '.hidden']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'batch=20261104T000000Z'), 'Id\n');
    const { batches, unread } = await list(lake);
    expect(batches).toMatchObject([{ batch: '20261101T000000Z', files: 1 }]);
    expect(unread.map(({ place }) => place.replace('billing/invoice/brand=alpina/', ''))).toEqual([
      ...['20261102T000000Z', 'batch=20261101T000000Z/a.csv.part', 'batch=20261101T000000Z/more', 'batch=20261101T000000Z/notes.txt'],
      ...['batch=20261104T000000Z', 'batch=20261302T000000Z', 'batch=latest'],
    ]);
    expect(unread[1]?.why).toBe('its name ends neither in .csv nor in .gz');
  });

  test('decodes the values of partitions, and takes two folders of one instant for one batch', async () => {
    const lake = testLake();
    lake.write('invoice', '20261101T000000Z', 'Id\n1\n');
    lake.write('invoice', '2026-11-01T00%3A00%3A00Z', 'Id\n2\n');
    lake.write('invoice', '2026-11-02T00%3A00%3A00Z', 'Id\n3\n', { brand: 'al%70ina' });
    const { batches, unread } = await list(lake);
    expect(unread).toEqual([]);
    expect(batches.map(({ batch: name, files }) => [name, files])).toEqual([['20261101T000000Z', 2], ['20261102T000000Z', 1]]);
    const parts = await Promise.all(batches.map((one) => readAll(openFileLake(lake.root).readBatch(one, options))));
    expect(parts.flat().map(({ name, records }) => [name, records[0]?.fields])).toEqual([
      ['batch=2026-11-01T00%3A00%3A00Z/part-0.csv', ['2']],
      ['batch=20261101T000000Z/part-0.csv', ['1']],
      ['part-0.csv', ['3']],
    ]);
  });

  test('shows by the fingerprint that a file came, was written again or went, and nothing else', async () => {
    const lake = testLake();
    const folder = join(lake.root, 'billing/invoice/brand=alpina', `batch=${batch}`);
    const print = async () => (await list(lake)).batches[0]?.fingerprint;
    lake.write('invoice', batch, 'Id\n1\n');
    const first = await print();
    lake.write('invoice', batch, '', { file: '_SUCCESS' });
    lake.write('invoice', batch, 'x', { file: 'notes.txt' });
    expect(await print()).toBe(first);
    lake.write('invoice', batch, 'Id\n2\n', { file: '000000_0' });
    const second = await print();
    utimesSync(join(folder, 'part-0.csv'), 1, 1);
    const third = await print();
    rmSync(join(folder, '000000_0'));
    expect(new Set([first, second, third, await print()]).size).toBe(4);
  });

  test('a feed without a folder has no batches, but a lake that is not there is an error', async () => {
    expect(await list(testLake())).toEqual({ batches: [], unread: [] });
    const missing = openFileLake(join(temporaryFolder(), 'nowhere'));
    const error = { kind: 'configuration', code: 'lake_missing', nextStep: expect.stringContaining('HUB_LAKE_URL') };
    await expect(missing.listFeed(feed, { until }, options.signal)).rejects.toMatchObject(error);
    await expect(missing.check(options.signal)).rejects.toMatchObject(error);
  });

  test('tells entities, brands and sources that hub does not know', async () => {
    const lake = testLake();
    lake.write('invoice', batch, 'Id\n');
    lake.write('invoice', batch, 'Id\n', { brand: 'Alpina' });
    lake.write('invoices', batch, 'Id\n');
    lake.write('open', batch, 'Id\n', { feed: 'email' });
    for (const folder of ['Billing/invoice/brand=alpina', 'truth/notes', '_tmp/x/brand=alpina']) mkdirSync(join(lake.root, folder), { recursive: true });
    const known = { entities: { billing: ['invoice', 'payment'], email: [], ads: [], inventory: [] }, brands: ['alpina'] };
    expect(await openFileLake(lake.root).listUnknown(known, options.signal)).toEqual([
      { place: 'Billing/invoice', why: 'hub has no such source' },
      { place: 'billing/invoice/brand=Alpina', why: 'the brand is not configured', source: 'billing' },
      { place: 'billing/invoices', why: 'hub has no such entity', source: 'billing' },
      { place: 'email/open', why: 'hub has no such entity', source: 'email' },
    ]);
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

  test('reads files in any case and without an extension, unpacked by their first bytes; hidden files and other kinds not', async () => {
    const lake = testLake();
    for (const file of ['.part.csv', '_SUCCESS', '_tmp.csv', 'readme.txt', 'a.csv.crc', 'a.csv', 'b.CSV', 'plain.gz']) lake.write('invoice', batch, Buffer.from('Id\n1\n'), { file });
    for (const file of ['000000_0', 'c.Csv.GZ', 'packed.csv']) lake.write('invoice', batch, gzipSync('Id\n1\n'), { file });
    const { parts } = await partsOf(lake);
    expect(parts.map(({ name }) => name)).toEqual(['000000_0', 'a.csv', 'b.CSV', 'c.Csv.GZ', 'packed.csv', 'plain.gz']);
    expect(parts.map(({ records }) => records.map(({ raw }) => raw))).toEqual(parts.map(() => ['1']));
  });

  test('gives the rows that a manifest expects, and refuses one that is none', async () => {
    const lake = testLake();
    const expected = () => openFileLake(lake.root).readBatch({ feed, batch }, options).expectedRows();
    lake.write('invoice', batch, 'Id\n1\n');
    expect(await expected()).toBeUndefined();
    lake.write('invoice', batch, '{"files": {"part-0.csv": 1, "000000_0": 0}}', { file: '_manifest.json' });
    expect(await expected()).toEqual(new Map([['part-0.csv', 1], ['000000_0', 0]]));
    lake.write('invoice', batch, '{"files": {"part-0.csv": "one"}}', { file: '_manifest.json' });
    await expect(expected()).rejects.toMatchObject({ kind: 'refused', code: 'invalid_manifest' });
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

  test('a file of 0 bytes under a name of a compressed one has no records', async () => {
    const lake = testLake();
    lake.write('invoice', batch, Buffer.alloc(0), { file: 'a.csv.gz' });
    expect((await partsOf(lake)).parts).toEqual([{ name: 'a.csv.gz', header: [], records: [] }]);
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
