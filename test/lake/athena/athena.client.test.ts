import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { parseBatchId } from '../../../src/core/time.ts';
import type { Lake } from '../../../src/lake/port/lake.ts';
import { athenaLake, invoiceBatch, readAll } from '../../support/lakes/athena-lake.ts';
import { csvObject } from '../../support/servers/athena-objects.ts';
import { type Answer, AthenaServer } from '../../support/servers/athena-server.ts';

const signal = new AbortController().signal;
const read = { signal, attempt: 1 };
const range = { from: parseBatchId('20261101T000000Z'), until: invoiceBatch().batch };

let server: AthenaServer;
let lake: Lake;

beforeEach(async () => {
  server = await AthenaServer.start();
  lake = athenaLake(server);
});

afterEach(async () => {
  await lake.close();
  await server.close();
});

test('a batch comes as one part without the partition columns, NULL and the empty string apart', async () => {
  server.answer = () => ({
    scanned: [10, 4_096],
    object: csvObject([
      ['id', 'name', 'batch', 'brand', 'batch'],
      ['1', 'Müller, "Bo"\nSon', 'Batch7', 'alpina', '20261120T020000Z'],
      ['2', '', null, 'alpina', '20261120T020000Z'],
    ]),
  });
  const reading = lake.readBatch(invoiceBatch(), read);
  const [part, ...more] = await readAll(reading);
  expect(more).toEqual([]);
  expect(part?.name).toBe(server.started[0]?.id);
  expect(part?.header).toEqual(['id', 'name', 'batch']);
  expect(part?.records).toEqual([
    { fields: ['1', 'Müller, "Bo"\nSon', 'Batch7'], line: 2 },
    { fields: ['2', '', null], line: 3 },
  ]);
  expect(reading.statistics).toEqual({ files: 1, bytesScanned: 4_096 });
  expect(lake.location).toBe('athena://AwsDataCatalog/lake');
});

test('a result with a header alone is a part without blocks', async () => {
  server.answer = () => ({ object: csvObject([['id', 'brand', 'batch']]) });
  expect(await readAll(lake.readBatch(invoiceBatch(), read))).toMatchObject([{ header: ['id'], records: [] }]);
});

test('values go as execution parameters, never in the text, and no result is reused', async () => {
  server.answer = () => ({ object: csvObject([['id']]) });
  const { feed, batch } = invoiceBatch();
  await readAll(lake.readBatch({ feed: { ...feed, brand: "o'hara" }, batch }, read));
  expect(server.started[0]?.request).toMatchObject({
    QueryString: 'SELECT * FROM "billing_invoice" WHERE brand = ? AND batch = ?',
    ExecutionParameters: ["'o''hara'", "'20261120T020000Z'"],
    QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'lake' },
    WorkGroup: 'hub',
    ResultConfiguration: { OutputLocation: 's3://results/hub' },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
  });
});

test('an entity that is no identifier is refused before anything is sent', async () => {
  const { feed, batch } = invoiceBatch();
  const evil = { feed: { ...feed, entity: 'invoice" --' }, batch };
  await expect(readAll(lake.readBatch(evil, read))).rejects.toMatchObject({ kind: 'usage', code: 'lake_entity' });
  expect(server.calls).toEqual([]);
});

test('the query token is the same for the same try and another for the next', async () => {
  server.answer = () => ({ object: csvObject([['id']]) });
  await readAll(lake.readBatch(invoiceBatch(), read));
  await readAll(lake.readBatch(invoiceBatch(), read));
  expect(server.started).toHaveLength(1);
  await readAll(lake.readBatch(invoiceBatch(), { ...read, attempt: 2 }));
  await readAll(lake.readBatch(invoiceBatch(1), read));
  expect(server.started).toHaveLength(3);
  expect(server.started.every(({ token }) => /^[0-9a-f]{64}$/.test(token))).toBe(true);
});

test.each<[string, Answer]>([
  ['was stopped by an interrupted run', { state: 'CANCELLED' }],
  ['failed', { state: 'FAILED', reason: 'TABLE_NOT_FOUND' }],
  ['lost its result', {}],
])('a token whose query %s before does not block the batch: a new query runs', async (_, before) => {
  const answers: Answer[] = [{ ...before, polls: 0 }, { object: csvObject([['id'], ['1']]) }];
  server.answer = () => answers.shift() ?? {};
  expect(await readAll(lake.readBatch(invoiceBatch(), read))).toMatchObject([{ records: [{ fields: ['1'] }] }]);
  expect(server.started).toHaveLength(2);
});

test('a run that follows an interrupted one reads the batch with the same try', async () => {
  const abort = new AbortController();
  server.answer = () => ({ state: 'RUNNING' });
  const first = readAll(lake.readBatch(invoiceBatch(), { signal: abort.signal, attempt: 1 }));
  setTimeout(() => abort.abort(), 20);
  await expect(first).rejects.toMatchObject({ kind: 'interrupted' });
  server.answer = () => ({ object: csvObject([['id'], ['1']]) });
  expect(await readAll(lake.readBatch(invoiceBatch(), read))).toHaveLength(1);
  expect(server.started).toHaveLength(2);
});

test('partitions are listed whole from the metadata table, page by page; those in the range are given', async () => {
  server.pageRows = 2;
  server.answer = () => ({ rows: [['batch'], ['20261001T020000Z'], ['20261118T020000Z'], ['20261119T020000Z'], ['20261120T020000Z']] });
  const { feed } = invoiceBatch();
  const { batches } = await lake.listFeed(feed, range, signal);
  expect(batches).toEqual([{ feed, batch: '20261118T020000Z' }, { feed, batch: '20261119T020000Z' }]);
  expect(server.calls.filter(({ operation }) => operation === 'GetQueryResults')).toHaveLength(3);
  expect(server.started[0]).toMatchObject({ sql: 'SELECT batch FROM "billing_invoice$partitions" WHERE brand = ? ORDER BY batch', parameters: ["'alpina'"] });
});

test('a listing can be empty', async () => {
  server.answer = () => ({ rows: [['batch']] });
  expect(await lake.listFeed(invoiceBatch().feed, { until: range.until }, signal)).toMatchObject({ batches: [], unread: [] });
});

test('a partition that is not named by a load time is no batch, and one that is written as an ISO instant is one', async () => {
  server.answer = ({ sql }) => (sql.includes('$partitions') ? { rows: [['batch'], ['20261118'], ['20261118T020000Z'], ['2026-11-18T02:00:00Z']] } : { object: csvObject([['id']]) });
  const { batches, unread } = await lake.listFeed(invoiceBatch().feed, range, signal);
  expect(batches).toMatchObject([{ batch: '20261118T020000Z', partitions: ['20261118T020000Z', '2026-11-18T02:00:00Z'] }]);
  expect(unread).toEqual([{ place: 'billing_invoice/brand=alpina/batch=20261118', why: 'its batch is no <YYYYMMDDTHHMMSSZ>', source: 'billing' }]);
  for (const batch of batches) await readAll(lake.readBatch(batch, read));
  expect(server.started.at(-1)).toMatchObject({
    sql: 'SELECT * FROM "billing_invoice" WHERE brand = ? AND batch IN (?, ?)',
    parameters: ["'alpina'", "'20261118T020000Z'", "'2026-11-18T02:00:00Z'"],
  });
});

describe('the files behind a table', () => {
  const FOLDER = 'exports/lake/billing/invoice/brand=alpina';
  const { feed } = invoiceBatch();
  beforeEach(() => {
    server.tableLocation = 's3://exports/lake/billing/invoice';
    server.answer = () => ({ rows: [['batch'], ['20261118T020000Z'], ['20261119T020000Z']], object: csvObject([['id'], ['1'], ['2']]) });
    for (const day of [18, 19]) server.data.set(`${FOLDER}/batch=202611${day}T020000Z/part-0.csv`, 'id\n1\n');
  });
  const print = async () => (await lake.listFeed(feed, range, signal)).batches[0]?.fingerprint;

  test('give a batch its fingerprint, over any number of pages', async () => {
    server.pageObjects = 1;
    const prints = [await print()];
    expect(prints[0]).toMatch(/^[0-9a-f]{16}$/);
    server.data.set(`${FOLDER}/batch=20261118T020000Z/_SUCCESS`, '');
    expect(await print()).toBe(prints[0]);
    server.data.set(`${FOLDER}/batch=20261118T020000Z/sub/000000_0`, 'x');
    prints.push(await print());
    server.data.set(`${FOLDER}/batch=20261118T020000Z/part-0.csv`, 'id\n2\n');
    prints.push(await print());
    expect(new Set(prints).size).toBe(3);
  });

  test('that lie in no partition of the table are told, and nothing of later ones', async () => {
    for (const name of ['20261117T020000Z', '20261130T020000Z', 'latest']) server.data.set(`${FOLDER}/batch=${name}/part-0.csv`, 'id\n1\n');
    const why = 'it lies in the bucket and is no partition of the table';
    expect((await lake.listFeed(feed, range, signal)).unread).toEqual([
      { place: 'billing_invoice/brand=alpina/batch=20261117T020000Z', why, source: 'billing' },
      { place: 'billing_invoice/brand=alpina/batch=latest', why, source: 'billing' },
    ]);
  });

  test('of a partition with a location of its own are not seen', async () => {
    server.data.delete(`${FOLDER}/batch=20261118T020000Z/part-0.csv`);
    expect((await lake.listFeed(feed, range, signal)).batches).toEqual([{ feed, batch: '20261118T020000Z' }, expect.objectContaining({ fingerprint: expect.any(String) })]);
  });

  test('hold a manifest, of which the sum of rows is expected', async () => {
    server.data.set(`${FOLDER}/batch=20261118T020000Z/_manifest.json`, '{"files": {"part-0.csv": 2, "part-1.csv": 5}}');
    const { batches } = await lake.listFeed(feed, range, signal);
    expect(await Promise.all(batches.map((batch) => lake.readBatch(batch, read).expectedRows()))).toEqual([7, undefined]);
  });

  test.each([
    ['ListObjectsV2', 'the role lacks athena:GetTableMetadata, or s3:ListBucket on the data'],
    ['GetTableMetadata', 'the role lacks athena:GetTableMetadata, or s3:ListBucket on the data'],
  ])('are unseen if AWS denies %s: the listing says so', async (operation, unseen) => {
    server.refuse(operation, { status: 403, name: operation === 'ListObjectsV2' ? 'AccessDenied' : 'AccessDeniedException' });
    expect(await lake.listFeed(feed, range, signal)).toEqual({ batches: [{ feed, batch: '20261118T020000Z' }, { feed, batch: '20261119T020000Z' }], unread: [], unseen });
  });

  test('are unseen if they do not lie on S3', async () => {
    server.tableLocation = undefined;
    expect(await lake.listFeed(feed, range, signal)).toMatchObject({ unseen: 'the tables do not lie on S3' });
  });
});

test('tables and brands that hub does not know are told', async () => {
  server.answer = ({ sql }) =>
    sql.includes('information_schema')
      ? { rows: [['table_name'], ['billing_invoice'], ['billing_invoices'], ['email_open'], ['visits']] }
      : { rows: [['brand'], ['alpina'], [sql.includes('email_open') ? 'delmare' : 'alpina']] };
  const known = { entities: { billing: ['invoice'], email: ['open'], ads: [], inventory: [] }, brands: ['alpina'] };
  expect(await lake.listUnknown(known, signal)).toEqual([
    { place: 'billing_invoices', why: 'hub has no such entity', source: 'billing' },
    { place: 'email_open/brand=delmare', why: 'the brand is not configured', source: 'email' },
  ]);
});

test('never more queries than slots are between start and end of download', async () => {
  await lake.close();
  lake = athenaLake(server, { concurrency: 2 });
  const rows = Array.from({ length: 50 }, (_, index) => [String(index)]);
  server.answer = () => ({ polls: 3, object: csvObject([['id'], ...rows]) });
  const batches = Array.from({ length: 8 }, (_, second) => invoiceBatch(second));
  const results = await Promise.all(batches.map((batch) => readAll(lake.readBatch(batch, read))));
  expect(results.map(([part]) => part?.records.length)).toEqual(Array.from({ length: 8 }, () => 50));
  expect(server.mostInFlight).toBe(2);
});

test('a reading that is left early gives its slot back', async () => {
  await lake.close();
  lake = athenaLake(server, { concurrency: 1 });
  server.answer = () => ({ object: csvObject([['id'], ['1']]) });
  for await (const part of lake.readBatch(invoiceBatch(0), read).parts) {
    expect(part.header).toEqual(['id']);
    break;
  }
  expect(await readAll(lake.readBatch(invoiceBatch(1), read))).toHaveLength(1);
});

test('check runs one query and names workgroup and tables', async () => {
  server.answer = () => ({ rows: [['_col0'], ['20']] });
  expect(await lake.check(signal)).toEqual({ detail: 'workgroup hub, 20 tables' });
  expect(server.started[0]?.parameters).toEqual(["'lake'"]);
});

test('check refuses a database that does not exist', async () => {
  server.answer = () => ({ rows: [['_col0'], ['0']] });
  await expect(lake.check(signal)).rejects.toMatchObject({ kind: 'configuration', code: 'lake_database' });
});

test('close leaves no connection', async () => {
  server.answer = () => ({ rows: [['_col0'], ['20']], object: csvObject([['id']]) });
  await lake.check(signal);
  await readAll(lake.readBatch(invoiceBatch(), read));
  expect(await server.connections()).toBeGreaterThan(0);
  await lake.close();
  const deadline = AbortSignal.timeout(2_000);
  while (!deadline.aborted && (await server.connections()) > 0) await new Promise(setImmediate);
  expect(await server.connections()).toBe(0);
});
