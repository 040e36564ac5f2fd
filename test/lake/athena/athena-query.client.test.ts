import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { messageOf } from '../../../src/core/errors.ts';
import type { Lake } from '../../../src/lake/port/lake.ts';
import { athenaLake, invoiceBatch, readAll } from '../../support/lakes/athena-lake.ts';
import { csvObject } from '../../support/servers/athena-objects.ts';
import { type Answer, AthenaServer, type Refusal } from '../../support/servers/athena-server.ts';

const read = { signal: new AbortController().signal, attempt: 1 };
const throttled: Refusal = { status: 400, name: 'TooManyRequestsException' };

let server: AthenaServer;
let lake: Lake;

beforeEach(async () => {
  server = await AthenaServer.start();
  lake = athenaLake(server);
  server.answer = () => ({ object: csvObject([['id'], ['1']]) });
});

afterEach(async () => {
  await lake.close();
  await server.close();
});

test('a throttled start, look and download are sent again, and the query still runs once', async () => {
  server.refuse('StartQueryExecution', throttled);
  server.refuse('GetQueryExecution', { status: 500, name: 'InternalServerException' });
  server.refuse('GetObject', { status: 503, name: 'SlowDown' });
  expect(await readAll(lake.readBatch(invoiceBatch(), read))).toMatchObject([{ records: [{ fields: ['1'] }] }]);
  expect(server.started).toHaveLength(1);
  expect(server.downloads).toHaveLength(2);
});

test('throttling beyond the tries is transient', async () => {
  server.refuse('StartQueryExecution', throttled, throttled);
  await expect(readAll(lake.readBatch(invoiceBatch(), read))).rejects.toMatchObject({
    kind: 'transient',
    code: 'lake_throttled',
    context: { entity: 'invoice', brand: 'alpina', batch: '20261120T020000Z' },
  });
  expect(server.calls).toHaveLength(2);
});

test('a query that can no longer be watched is stopped', async () => {
  server.refuse('GetQueryExecution', throttled, throttled);
  await expect(readAll(lake.readBatch(invoiceBatch(), read))).rejects.toMatchObject({ code: 'lake_throttled' });
  expect(server.stopped).toEqual([server.started[0]?.id]);
});

test.each<[Refusal, string, string]>([
  [{ status: 400, name: 'ExpiredTokenException' }, 'configuration', 'lake_credentials'],
  [{ status: 400, name: 'UnrecognizedClientException' }, 'configuration', 'lake_credentials'],
  [{ status: 400, name: 'AccessDeniedException' }, 'configuration', 'lake_access_denied'],
  [{ status: 400, name: 'InvalidRequestException' }, 'configuration', 'lake_request'],
])('a refused start is a matter of configuration: %j', async (refusal, kind, code) => {
  // Twice: some of these the SDK tries again with a corrected clock.
  server.refuse('StartQueryExecution', refusal, refusal);
  await expect(readAll(lake.readBatch(invoiceBatch(), read))).rejects.toMatchObject({
    kind,
    code,
    nextStep: expect.any(String),
  });
});

test.each<[string, Answer, string, string]>([
  ['TABLE_NOT_FOUND', { reason: "line 1:15: Table 'lake.billing_invoice' does not exist" }, 'configuration', 'lake_query_refused'],
  ['user error', { reason: 'COLUMN_NOT_FOUND', error: { ErrorCategory: 2, Retryable: false } }, 'configuration', 'lake_query_refused'],
  ['no reason', {}, 'configuration', 'lake_query_refused'],
  ['retryable', { reason: 'HIVE_CURSOR_ERROR', error: { Retryable: true } }, 'transient', 'lake_query_failed'],
  ['system error', { reason: 'INTERNAL', error: { ErrorCategory: 1 } }, 'transient', 'lake_query_failed'],
  ['exhausted', { reason: 'Query exhausted resources at this scale factor' }, 'transient', 'lake_query_failed'],
  ['S3 throttling', { reason: 'HIVE_CANNOT_OPEN_SPLIT: SlowDown: Please reduce your request rate' }, 'transient', 'lake_query_failed'],
  ['cancelled', { state: 'CANCELLED', reason: 'Query cancelled by user' }, 'transient', 'lake_query_cancelled'],
  ['workgroup limit', { state: 'CANCELLED', reason: 'Bytes scanned limit was exceeded' }, 'refused', 'scan_limit'],
])('a failed query (%s) is told by its kind', async (_, answer, kind, code) => {
  server.answer = () => ({ state: 'FAILED', ...answer });
  const error: unknown = await readAll(lake.readBatch(invoiceBatch(), read)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind,
    code,
    context: { entity: 'invoice', brand: 'alpina', batch: '20261120T020000Z', query: server.started[0]?.id },
    nextStep: expect.any(String),
  });
  expect(messageOf(error)).toContain(answer.reason ?? 'no reason given');
  expect(server.stopped).toEqual([]);
});

test('a failed query still tells what it scanned', async () => {
  server.answer = () => ({ state: 'FAILED', scanned: [500, 900] });
  const reading = lake.readBatch(invoiceBatch(), read);
  await expect(readAll(reading)).rejects.toThrow();
  expect(reading.statistics.bytesScanned).toBe(900);
});

test('a query that scans beyond the limit is stopped and refused', async () => {
  await lake.close();
  lake = athenaLake(server, { maxScanBytes: 1_000 });
  server.answer = () => ({ state: 'RUNNING', scanned: [500, 1_000, 1_001] });
  await expect(readAll(lake.readBatch(invoiceBatch(), read))).rejects.toMatchObject({
    kind: 'refused',
    code: 'scan_limit',
    context: { scanned_bytes: 1_001, max_scan_bytes: 1_000, entity: 'invoice' },
  });
  expect(server.stopped).toEqual([server.started[0]?.id]);
});

test('a query just at the limit passes', async () => {
  await lake.close();
  lake = athenaLake(server, { maxScanBytes: 1_000 });
  server.answer = () => ({ scanned: [1_000], object: csvObject([['id'], ['1']]) });
  expect(await readAll(lake.readBatch(invoiceBatch(), read))).toHaveLength(1);
});

test('an abort stops the running query and rejects at once', async () => {
  const abort = new AbortController();
  server.answer = () => ({ state: 'RUNNING' });
  const reading = readAll(lake.readBatch(invoiceBatch(), { signal: abort.signal, attempt: 1 }));
  const outcome = expect(reading).rejects.toMatchObject({ kind: 'interrupted', context: { entity: 'invoice' } });
  await until(() => server.calls.some(({ operation }) => operation === 'GetQueryExecution'));
  abort.abort();
  await outcome;
  expect(server.stopped).toEqual([server.started[0]?.id]);
});

test('an abort while the start is under way stops the query that it starts', async () => {
  const abort = new AbortController();
  server.answer = () => {
    abort.abort();
    return { state: 'RUNNING' };
  };
  await expect(readAll(lake.readBatch(invoiceBatch(), { signal: abort.signal, attempt: 1 }))).rejects.toMatchObject({
    kind: 'interrupted',
  });
  expect(server.stopped).toEqual([server.started[0]?.id]);
});

test('an abort ends the wait for a slot, and an aborted signal starts nothing', async () => {
  await lake.close();
  lake = athenaLake(server, { concurrency: 1 });
  const first = lake.readBatch(invoiceBatch(0), read).parts[Symbol.asyncIterator]();
  await first.next();
  const abort = new AbortController();
  const second = readAll(lake.readBatch(invoiceBatch(1), { signal: abort.signal, attempt: 1 }));
  const outcome = expect(second).rejects.toMatchObject({ kind: 'interrupted' });
  abort.abort();
  await outcome;
  await first.return?.();
  await expect(lake.check(abort.signal)).rejects.toMatchObject({ kind: 'interrupted' });
  expect(server.started).toHaveLength(1);
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(5_000);
  while (!condition()) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
