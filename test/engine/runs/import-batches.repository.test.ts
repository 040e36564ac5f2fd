import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import {
  advanceMark,
  batchHistory,
  feedFreshness,
  finishBatches,
  finishedOf,
  lockFeed,
  readMark,
  refuseBatch,
  rememberFiles,
  zeroCounts,
} from '../../../src/engine/runs/import-batches.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { batchOf } from '../../support/lakes/lake.ts';

const feed = { feed: 'billing', brand: 'alpina', entity: 'invoice' };
const run = 'run-1' as RunId;
const result = { ...zeroCounts(), duration_ms: 1, files: 1, bytes_scanned: 10, fingerprint: null, drift: '{}' };
const clock = testClock();
const [b1, b2, b3, b4] = ['20261101T000000Z', '20261102T000000Z', '20261103T000000Z', '20261104T000000Z'].map(batchOf) as [
  ReturnType<typeof batchOf>,
  ReturnType<typeof batchOf>,
  ReturnType<typeof batchOf>,
  ReturnType<typeof batchOf>,
];

describeEachDatabase('the history of a feed', (suite) => {
  beforeEach(async () => {
    await suite.empty();
    await suite.database.write((tx) => lockFeed(tx, feed, run));
  });
  const finish = (batch: typeof b1, attempt = 1) =>
    suite.database.write((tx) => finishBatches(tx, [{ key: { ...feed, batch }, attempt, result: { ...result, read: attempt } }], run, clock));
  const refuse = (batch: typeof b1, attempt = 1) =>
    suite.database.write((tx) => refuseBatch(tx, { ...feed, batch }, run, attempt, result, { code: 'missing_column', message: 'No.' }, clock));
  const advance = async (...listed: (typeof b1)[]) => {
    await suite.database.write((tx) => advanceMark(tx, feed, listed));
    return readMark(suite.database, feed);
  };

  test('is empty at first, without a mark', async () => {
    expect(await batchHistory(suite.database, feed)).toEqual(new Map());
    expect(await readMark(suite.database, feed)).toBeNull();
    expect(await advance()).toBeNull();
  });

  test('the mark is the last of the contiguous finished batches', async () => {
    await finish(b1);
    await finish(b2);
    await finish(b4);
    expect(await advance(b1, b2, b3, b4)).toBe(b2);
    await finish(b3);
    expect(await advance(b1, b2, b3, b4)).toBe(b4);
  });

  test('a refused batch is a gap', async () => {
    await refuse(b1);
    await finish(b2);
    expect(await advance(b1, b2)).toBeNull();
  });

  test('a late batch does not move the mark back', async () => {
    await finish(b2);
    expect(await advance(b2)).toBe(b2);
    expect(await advance(b1, b2)).toBe(b2);
    await finish(b1);
    expect(await advance(b1, b2)).toBe(b2);
  });

  test('a backfill of old batches does not move the mark back', async () => {
    await finish(b1);
    await finish(b2);
    await advance(b1, b2);
    expect(await advance(b1)).toBe(b2);
  });

  test('a refused batch is tried again, and its success replaces the refusal', async () => {
    await refuse(b1);
    expect(await batchHistory(suite.database, feed)).toMatchObject(new Map([[b1, { status: 'refused', attempts: 1 }]]));
    await finish(b1, 2);
    expect(await suite.database.knex('import_batches').first()).toMatchObject({ status: 'finished', attempts: 2, read: 2, error: null, error_code: null });
  });

  test('a refusal does not replace an earlier success', async () => {
    await finish(b1);
    await refuse(b1, 2);
    expect(await batchHistory(suite.database, feed)).toMatchObject(new Map([[b1, { status: 'finished', attempts: 1 }]]));
    expect(await suite.database.write((tx) => finishedOf(tx, feed, [b1, b2]))).toEqual(new Set([b1]));
  });

  test('remembers the files of batches that were finished before files were, and of no other', async () => {
    await finish(b1);
    await suite.database.write((tx) => finishBatches(tx, [{ key: { ...feed, batch: b2 }, attempt: 1, result: { ...result, fingerprint: 'f2' } }], run, clock));
    await suite.database.write((tx) => rememberFiles(tx, feed, [{ batch: b1, fingerprint: 'f1' }, { batch: b2, fingerprint: 'other' }]));
    expect([...(await batchHistory(suite.database, feed))].map(([batch, { fingerprint }]) => [batch, fingerprint])).toEqual([[b1, 'f1'], [b2, 'f2']]);
  });

  test('tells the newest stored batch of each feed, and when one was last stored', async () => {
    await finish(b2);
    await refuse(b3);
    const storedAt = clock.now();
    expect(await feedFreshness(suite.database)).toEqual([{ ...feed, batch: b2, storedAt }]);
  });

  test('is its own for each brand and entity', async () => {
    await finish(b1);
    expect(await batchHistory(suite.database, { ...feed, brand: 'belmont' })).toEqual(new Map());
    expect(await batchHistory(suite.database, { ...feed, entity: 'payment' })).toEqual(new Map());
    expect(await suite.database.write((tx) => finishedOf(tx, { ...feed, entity: 'payment' }, [b1]))).toEqual(new Set());
  });
});
