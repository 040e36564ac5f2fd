import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compareText } from '../../../../src/core/compare.ts';
import { Slabs } from '../../../../src/core/text/line-log.ts';
import { rowTextsOf } from '../../../../src/db/dialect.ts';
import type { Replacement } from '../../../../src/raw/keeping/newest/decided-rows.ts';
import { invoice } from '../../../../src/sources/billing/invoice.ts';
import { SortedRows } from '../../../../src/raw/keeping/newest/sorted-rows.ts';
import { planKey, rowsByKey } from '../../../../src/raw/keeping/newest/plan-rows.ts';
import type { RawRow } from '../../../../src/raw/rows/row-parser.ts';
import { rowText } from '../../../../src/raw/store/table-row.ts';
import { zeroCounts } from '../../../../src/engine/runs/import-batches.repository.ts';
import { batchOf } from '../../../support/lakes/lake.ts';
import { BATCHES, batchesOf, row } from '../../row-history.ts';
import { invoiceRow, parsed } from '../../rows.ts';

const textOf = (one: RawRow): string => rowText(invoice, 'alpina', one, 7);
const sortedRows = (): SortedRows => new SortedRows(invoice, 'alpina', 7, new Slabs());

interface Decided {
  readonly texts: string[];
  readonly replacements: Replacement[];
  readonly counted: string[];
}

async function decidedOf(rows: SortedRows): Promise<Decided> {
  const decided: Decided = { texts: [], replacements: [], counted: [] };
  for await (const next of rows.decided(({ batch }, decision) => decided.counted.push(`${batch} ${decision}`))) {
    const texts = rowTextsOf(next.rows);
    expect(texts).toHaveLength(next.rows.rows);
    decided.texts.push(...texts);
    decided.replacements.push(...next.replacements);
  }
  return decided;
}

/** What the plan of each key comes to, in the order of the keys. */
function planned(batches: readonly (readonly RawRow[])[]): Decided {
  const expected: Decided = { texts: [], replacements: [], counted: [] };
  const byKey = rowsByKey(batches.map((rows, index) => ({ batch: batchOf(BATCHES[index] ?? ''), rows, counts: zeroCounts() })));
  for (const [, rows] of [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const plan = planKey(rows, undefined, ({ batch }, decision) => expected.counted.push(`${batch} ${decision}`));
    if (plan === undefined) continue;
    expected.texts.push(textOf(plan.row));
    for (const { row: after, before, decision } of plan.changes) {
      const action = decision === 'delete' ? 'delete' : 'update';
      if (before !== undefined) expected.replacements.push({ before: textOf(before as RawRow), after: textOf(after), action });
    }
  }
  return expected;
}

test('rows come to what the plan of each key says, whether they are added as rows or while they are bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 16 }), async (some) => {
      const [asRows, asBytes] = [sortedRows(), sortedRows()];
      for (const rows of batchesOf(some)) {
        expect(asRows.add(rows)).toEqual([]);
        for (const one of rows) {
          const bytes = Buffer.from(`${one.text} and more`);
          // What is scanned is never deleted.
          if (one.deleted) asBytes.add([one]);
          else asBytes.addScanned({ ...one, bytes, end: Buffer.byteLength(one.text), isAscii: false, toRow: () => one });
        }
      }
      expect([asRows.size, asBytes.size]).toEqual([some.length, some.length]);
      expect(await decidedOf(asRows)).toEqual(planned(batchesOf(some)));
      expect(await decidedOf(asBytes)).toEqual(planned(batchesOf(some)));
    }),
    { numRuns: 150 },
  );
});

test('a key is decided once, however many blocks its rows fill, and again when it is asked again', async () => {
  // Each batch has some rows that stand alone, and of two keys one that is half a block long.
  const batches = BATCHES.map((batch, day) =>
    Array.from({ length: 40 }, (_, index) => {
      const key = index % 20 === 7 ? index : 1_000 * (day + 1) + index;
      const Comments = 'é'.repeat(index % 20 === 7 ? 16_000 : index * 40);
      return parsed(invoiceRow(key, { Comments, Amount: String(day), UpdatedDate: `2026-10-0${day + 1}` }), batch, index + 1);
    }),
  );
  const rows = sortedRows();
  for (const batch of batches) rows.add(batch);
  const expected = planned(batches);
  expect(expected.replacements).toHaveLength(4);
  expect(await decidedOf(rows)).toEqual(expected);
  expect(await decidedOf(rows)).toEqual(expected);
  const [first = [], , last = []] = batches;
  rows.drop(batchOf(BATCHES[1] ?? ''));
  expect(await decidedOf(rows)).toMatchObject({ texts: planned([first, [], last]).texts });
});

test('in groups, rows are as they were parsed, in the order of their keys, and those of a key stay together', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 16 }), fc.integer({ min: 1, max: 5 }), async (some, most) => {
      const rows = sortedRows();
      for (const batch of batchesOf(some)) rows.add(batch);
      const groups: RawRow[][] = [];
      for await (const group of rows.inGroups(most)) groups.push(group);
      const expected = batchesOf(some).flat().sort((a, b) => compareText(a.sourceId, b.sourceId));
      expect(groups.flat()).toEqual(expected);
      const keys = groups.map((group) => [...new Set(group.map(({ sourceId }) => sourceId))]);
      expect(new Set(keys.flat()).size).toBe(keys.flat().length);
      expect(groups.slice(0, -1).every(({ length }) => length >= most)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('of keys that are written, rows are handed back', async () => {
  const rows = sortedRows();
  const [first, again, other] = [parsed(invoiceRow(1, { Id: 'a\\n' })), parsed(invoiceRow(1, { Id: 'a\\n' }), BATCHES[1]), parsed(invoiceRow(2))];
  rows.add([first]);
  await rows.markWritten();
  expect(rows.add([again, other])).toEqual([again]);
  expect((await decidedOf(rows)).texts).toEqual([textOf(other)]);
});
