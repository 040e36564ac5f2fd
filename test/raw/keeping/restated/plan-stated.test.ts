import { expect, test } from '@jest/globals';

import type { BatchId, Instant } from '../../../../src/core/time.ts';
import { planStated } from '../../../../src/raw/keeping/restated/plan-stated.ts';
import { sliceOf, type SliceTrace } from '../../../../src/raw/keeping/restated/slices.ts';
import { verdictOn } from '../../../../src/raw/keeping/restated/verdict.ts';

const [B1, B2, B3] = ['20261101T000000Z', '20261102T000000Z', '20261103T000000Z'] as [BatchId, BatchId, BatchId];
const row = (changes: object = {}) => ({ hash: 'a', updatedDate: null as Instant | null, deleted: false, batch: B2, row: 1, ...changes });
const day = sliceOf(['meta', 'act_1'], '2026-10-01');
const trace = (account: SliceTrace['account'], on: SliceTrace['day']): SliceTrace => ({ account, day: on });

test('planStated takes the batch at its word, and keeps of several rows the newest', () => {
  const newer = row({ hash: 'b', row: 2 });
  expect(planStated([row()], undefined)).toEqual({ row: row(), counts: { inserted: 1, stale: 0 } });
  expect(planStated([row()], { hash: 'a' })).toEqual({ row: undefined, counts: { unchanged: 1, stale: 0 } });
  expect(planStated([newer, row()], { hash: 'a' })).toEqual({ row: newer, counts: { updated: 1, stale: 1 } });
  expect(planStated([newer, row({ updatedDate: '2026-11-02 12:00:00.000000' as Instant })], { hash: 'a' })).toMatchObject({ row: undefined, counts: { unchanged: 1, stale: 1 } });
});

test('verdictOn never lets an older batch change a newer slice, nor a bad row delete good ones', () => {
  const known = (batch: BatchId) => ({ batch, rows: 1, checksum: '' });
  expect(verdictOn(day, B2, undefined, [])).toBe('replace');
  expect(verdictOn(day, B2, known(B2), [])).toBe('replace');
  expect(verdictOn(day, B2, known(B3), [trace(['meta', 'act_1'], '2026-10-01')])).toBe('stale');
  expect(verdictOn(day, B2, known(B1), [trace(['meta', 'act_1'], '2026-10-01')])).toBe('held');
  expect(verdictOn(day, B2, known(B1), [trace(['meta', 'act_1'], '2026-10-02')])).toBe('replace');
  expect(verdictOn(day, B2, known(B1), [trace(['meta', undefined], undefined)])).toBe('held');
  expect(verdictOn(day, B2, known(B1), [trace(['Total', undefined], undefined)])).toBe('replace');
});
