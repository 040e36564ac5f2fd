import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compareVersions, decide, newestOf } from '../../../../src/raw/keeping/newest/decide.ts';
import type { RowVersion } from '../../../../src/raw/rows/version.ts';
import { instantOf } from '../../../support/suite/clock.ts';
import { batchOf } from '../../../support/lakes/lake.ts';

const base: RowVersion = { hash: 'a', updatedDate: instantOf('2026-11-01 10:00:00'), deleted: false, batch: batchOf('20261102T000000Z'), row: 5 };
const version = (changes: Partial<RowVersion>): RowVersion => ({ ...base, ...changes });
const later = instantOf('2026-11-01 10:00:01');
const earlier = instantOf('2026-11-01 09:59:59');

describe('decide', () => {
  test.each<[string, Partial<RowVersion>, RowVersion | undefined, string]>([
    ['nothing stored', {}, undefined, 'insert'],
    ['nothing stored, a deletion', { deleted: true }, undefined, 'delete'],
    ['a newer row', { hash: 'b', updatedDate: later }, base, 'update'],
    ['a newer deletion', { hash: 'b', updatedDate: later, deleted: true }, base, 'delete'],
    ['a newer row of a deleted one', { hash: 'b', updatedDate: later }, version({ deleted: true }), 'update'],
    ['an older row', { hash: 'b', updatedDate: earlier }, base, 'stale'],
    ['an older row in a later batch', { hash: 'b', updatedDate: earlier, batch: batchOf('20261105T000000Z') }, base, 'stale'],
    ['an older deletion', { hash: 'b', updatedDate: earlier, deleted: true }, base, 'stale'],
    ['equal instants, a later batch', { hash: 'b', batch: batchOf('20261103T000000Z') }, base, 'update'],
    ['equal instants, an earlier batch', { hash: 'b', batch: batchOf('20261101T000000Z') }, base, 'stale'],
    ['equal instants and batches, a later row', { hash: 'b', row: 6 }, base, 'update'],
    ['equal instants and batches, an earlier row', { hash: 'b', row: 4 }, base, 'stale'],
    ['the very same row', {}, base, 'unchanged'],
    ['the same content in a later batch', { batch: batchOf('20261103T000000Z'), row: 1 }, base, 'unchanged'],
    ['the same content in an earlier batch', { batch: batchOf('20261101T000000Z'), row: 9 }, base, 'unchanged'],
    ['the same content again in its batch', { row: 6 }, base, 'stale'],
    ['no date: as old as its batch', { hash: 'b', updatedDate: null }, base, 'update'],
    ['no date, in a batch before the stored instant', { hash: 'b', updatedDate: null, batch: batchOf('20261101T095959Z') }, base, 'stale'],
  ])('%s', (_, incoming, stored, decision) => {
    expect(decide(version(incoming), stored)).toBe(decision);
  });
});

test.each<[string, Partial<RowVersion>, string]>([
  ['an older row', { hash: 'b', updatedDate: earlier }, 'update'],
  ['an older deletion', { hash: 'b', updatedDate: earlier, deleted: true }, 'delete'],
  ['the same content on a later line of a batch that is read again', { row: 6 }, 'unchanged'],
])('decide lets what is stored give way to a snapshot: %s', (_, incoming, decision) => {
  expect(decide(version(incoming), base, true)).toBe(decision);
});

test('an UpdatedDate after the batch that brings it does not win over the correction of a later batch', () => {
  const correction = version({ hash: 'b', updatedDate: instantOf('2026-11-02 08:00:00'), batch: batchOf('20261103T000000Z') });
  expect(decide(correction, version({ updatedDate: instantOf('2062-11-01 10:00:00') }))).toBe('update');
  expect(decide(version({ updatedDate: instantOf('2062-11-01 10:00:00') }), correction)).toBe('stale');
});

/** Rows of one key: few instants and batches, so that ties are frequent; each place holds one row. */
const history = fc
  .uniqueArray(
    fc.record({
      updatedDate: fc.constantFrom(null, earlier, later, instantOf('2026-11-02 12:00:00'), instantOf('2062-11-01 10:00:00')),
      batch: fc.constantFrom('20261101T000000Z', '20261102T000000Z', '20261103T000000Z').map(batchOf),
      row: fc.integer({ min: 1, max: 3 }),
      deleted: fc.boolean(),
    }),
    { selector: ({ batch, row }) => `${batch}/${row}`, minLength: 1, maxLength: 6 },
  )
  .map((rows) => rows.map((row, index): RowVersion => ({ ...row, hash: `h${index}` })));

describe('which row wins', () => {
  test('does not depend on the order in which they come', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (rows, random) => {
        const winner = newestOf(rows as [RowVersion, ...RowVersion[]]);
        const shuffled = rows.map((row) => ({ row, key: random.next().value })).sort((a, b) => a.key - b.key).map(({ row }) => row);
        let stored: RowVersion | undefined;
        for (const row of shuffled) if (!['stale', 'unchanged'].includes(decide(row, stored))) stored = row;
        expect(stored).toEqual(winner);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is a total order: of any two different places one supersedes the other', () => {
    fc.assert(
      fc.property(history, (rows) => {
        for (const a of rows) {
          for (const b of rows) {
            expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
            if (a !== b) expect(compareVersions(a, b)).not.toBe(0);
          }
        }
      }),
    );
  });

  test('of equal rows of one batch the first stays', () => {
    expect(newestOf([version({ row: 2 }), version({ row: 1 }), version({ row: 3 })])).toMatchObject({ row: 1 });
  });
});
