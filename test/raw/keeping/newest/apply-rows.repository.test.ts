import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { RunId } from '../../../../src/core/ids.ts';
import { invoice } from '../../../../src/sources/billing/invoice.ts';
import { applyRows } from '../../../../src/raw/keeping/newest/apply-rows.repository.ts';
import type { RawRow } from '../../../../src/raw/rows/row-parser.ts';
import { auditHistory, AuditWriter } from '../../../../src/engine/records/audit.repository.ts';
import { zeroCounts, type ImportCounts } from '../../../../src/engine/runs/import-batches.repository.ts';
import { testClock } from '../../../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../../../support/databases/databases.ts';
import { batchOf, hexId } from '../../../support/lakes/lake.ts';
import { dumpTables } from '../../../support/databases/tables.ts';
import { BATCHES, batchesOf, contentOf, PLACE, row } from '../../row-history.ts';
import { deletion, invoiceRow, parsed } from '../../rows.ts';

const B1 = '20261101T000000Z';
const B2 = '20261102T000000Z';
let runs = 0;

/** Applies chunks of one batch as one run. */
async function apply({ database }: TestDatabase, ...chunks: (readonly RawRow[])[]): Promise<ImportCounts> {
  const counts = zeroCounts();
  const changeNo = ++runs;
  const audit = new AuditWriter(`run-${changeNo}` as RunId, testClock());
  await database.write(async (tx) => {
    const target = { database, tx, entity: invoice, brand: 'alpina', changeNo, audit, repeats: new Map<string, boolean>() };
    for (const rows of chunks) await applyRows(target, [{ batch: rows[0]?.batch ?? batchOf(B1), rows, counts }]);
  });
  counts.read = chunks.flat().length;
  return counts;
}

/** Applies the rows of batches as one run, together or one batch after the other; gives the counts of each batch. */
async function applyBatches({ database }: TestDatabase, batches: readonly (readonly RawRow[])[], together: boolean): Promise<ImportCounts[]> {
  const changeNo = ++runs;
  const audit = new AuditWriter(`run-${changeNo}` as RunId, testClock());
  const all = batches.map((rows, index) => ({ batch: batchOf(BATCHES[index] ?? ''), rows, counts: zeroCounts() }));
  await database.write(async (tx) => {
    const target = { database, tx, entity: invoice, brand: 'alpina', changeNo, audit, repeats: new Map<string, boolean>() };
    for (const some of together ? [all] : all.map((batch) => [batch])) await applyRows(target, some);
  });
  return all.map(({ counts }) => counts);
}

/** The counts that are not zero. */
const told = (counts: ImportCounts) => Object.fromEntries(Object.entries(counts).filter(([name, value]) => value !== 0 && name !== 'read'));
const invoices = async (suite: TestDatabase, leaveOut: readonly string[] = []) => (await dumpTables(suite.database, ['raw_invoices'], leaveOut))['raw_invoices'] ?? [];

describeEachDatabase('applying rows', (suite) => {
  beforeEach(() => suite.empty());

  test('inserts new ones with their place and without an audit entry', async () => {
    expect(told(await apply(suite, [parsed(invoiceRow(1), B1, 7)]))).toEqual({ inserted: 1 });
    expect(await invoices(suite)).toMatchObject([
      { brand: 'alpina', source_id: hexId(1), comments: 'paid by card', deleted_at: null, lake_batch: B1, lake_row: '7', change_no: String(runs) },
    ]);
    expect(await auditHistory(suite.database, 'invoice', hexId(1))).toEqual([]);
  });

  test('updates, deletes and brings back, each with its delta', async () => {
    await apply(suite, [parsed(invoiceRow(1), B1)]);
    expect(told(await apply(suite, [parsed(invoiceRow(1, { Amount: '59.90', UpdatedDate: '2026-02-06' }), B2)]))).toEqual({ updated: 1 });
    const gone = invoiceRow(1, { Amount: '59.90', UpdatedDate: '2026-02-07', Deleted: 'true' });
    expect(told(await apply(suite, [parsed(gone, B2, 2)]))).toEqual({ deleted: 1 });
    const back = invoiceRow(1, { Amount: '59.90', UpdatedDate: '2026-02-08' });
    expect(told(await apply(suite, [parsed(back, B2, 3)]))).toEqual({ updated: 1 });
    const history = await auditHistory(suite.database, 'invoice', hexId(1));
    expect(history.map(({ action, delta }) => [action, JSON.parse(delta ?? 'null') as unknown]).sort()).toEqual(
      [
        ['update', { lake_batch: [B1, B2], amount: ['49.9', '59.9'], updated_date: ['2026-02-05 08:00:00.000000', '2026-02-06 00:00:00.000000'] }],
        ['delete', { deleted_at: ['2026-02-07 00:00:00.000000'], updated_date: ['2026-02-06 00:00:00.000000', '2026-02-07 00:00:00.000000'] }],
        ['update', { deleted_at: ['2026-02-07 00:00:00.000000', 0, 0], updated_date: ['2026-02-07 00:00:00.000000', '2026-02-08 00:00:00.000000'] }],
      ].sort(),
    );
  });

  test('writes nothing of what is stored already', async () => {
    const rows = [parsed(invoiceRow(1), B1, 1), parsed(invoiceRow(2), B1, 2)];
    await apply(suite, rows);
    const before = await dumpTables(suite.database);
    expect(told(await apply(suite, rows))).toEqual({ unchanged: 2 });
    expect(await dumpTables(suite.database)).toEqual(before);
  });

  test('a deletion by key alone counts as deleted, and its date is that of the batch', async () => {
    await apply(suite, [parsed(invoiceRow(1), B1)]);
    expect(told(await apply(suite, [parsed(deletion(1), B2), parsed(deletion(2), B2, 2)]))).toEqual({ deleted: 2 });
    expect(await invoices(suite)).toMatchObject([
      { source_id: hexId(1), deleted_at: expect.stringContaining('2026-11-02 00:00:00') },
      { source_id: hexId(2), deleted_at: expect.stringContaining('2026-11-02 00:00:00') },
    ]);
  });

  test('of several rows of a key the newest is stored; the others are stale, in one chunk or in many', async () => {
    const versions = ['2026-02-06', '2026-02-08', '2026-02-07'].map((date, index) => parsed(invoiceRow(1, { UpdatedDate: date }), B1, index + 1));
    const together = await apply(suite, versions);
    const stored = await invoices(suite, ['change_no']);
    expect(stored).toMatchObject([{ updated_date: expect.stringContaining('2026-02-08') }]);
    await suite.empty();
    const apart = await apply(suite, ...versions.map((row) => [row]));
    expect(await invoices(suite, ['change_no'])).toEqual(stored);
    expect(told(apart)).toEqual(told(together));
    expect(told(together)).toEqual({ inserted: 1, stale: 2 });
  });

  test('the counts stay the same when one key comes in three chunks and ends deleted', async () => {
    const versions = [
      parsed(invoiceRow(1, { UpdatedDate: '2026-02-06' }), B1, 1),
      parsed(invoiceRow(1, { UpdatedDate: '2026-02-07' }), B1, 2),
      parsed(invoiceRow(1, { UpdatedDate: '2026-02-08', Deleted: 'true' }), B1, 3),
    ];
    expect(told(await apply(suite, ...versions.map((row) => [row])))).toEqual({ deleted: 1, stale: 2 });
  });

  test('a repeated deletion without a date outlives a late batch from between', async () => {
    await apply(suite, [parsed(deletion(1), '20261101T000000Z')]);
    await apply(suite, [parsed(deletion(1), '20261105T000000Z')]);
    expect(told(await apply(suite, [parsed(invoiceRow(1, { UpdatedDate: '2026-11-03' }), '20261104T000000Z')]))).toEqual({ stale: 1 });
  });

  test('keeps brands apart', async () => {
    await apply(suite, [parsed(invoiceRow(1), B1)]);
    await suite.database.knex('raw_invoices').update({ brand: 'belmont' });
    expect(told(await apply(suite, [parsed(invoiceRow(1), B1)]))).toEqual({ inserted: 1 });
    expect(await invoices(suite)).toHaveLength(2);
  });

  test('no rows are no work', async () => {
    expect(told(await apply(suite, []))).toEqual({});
  });
});

describeEachDatabase('whatever the order of batches and the size of chunks', (suite) => {
  test('the same rows are stored, and none is lost or counted twice', async () => {
    const history = fc.array(row, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 5 }), async (rows, random, size) => {
        const inOrder = batchesOf(rows);
        await forget(suite);
        for (const batch of inOrder) await apply(suite, batch);
        const expected = await invoices(suite, PLACE);
        await forget(suite);
        const shuffled = inOrder.map((batch) => ({ batch, at: random.next().value })).sort((a, b) => a.at - b.at);
        for (const { batch } of shuffled) {
          const { read, rejected, repaired, ...others } = await apply(suite, ...chunksOf(batch, size));
          expect(Object.values(others).reduce((sum, count) => sum + count)).toBe(read);
          expect(Math.min(rejected, repaired, ...Object.values(others))).toBe(0);
        }
        expect(await invoices(suite, PLACE)).toEqual(expected);
      }),
      { numRuns: suite.dialect === 'sqlite' ? 100 : 15 },
    );
  });
});

describeEachDatabase('several batches at once', (suite) => {
  test('leave what they leave one after the other: rows, counts, history and notes', async () => {
    const stored = fc.array(row, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(stored, fc.array(row, { minLength: 1, maxLength: 12 }), async (before, rows) => {
        const batches = batchesOf(rows);
        const left = [];
        for (const together of [false, true]) {
          await forget(suite);
          await apply(suite, before.map((one, index) => parsed(contentOf(one), '20261031T000000Z', index + 1)));
          const counts = await applyBatches(suite, batches, together);
          const tables = await dumpTables(suite.database, ['raw_invoices', 'raw_changes'], ['change_no']);
          const entries = await suite.database.knex<Record<string, string>>('audit_log').orderBy(['entity_id', 'run_id', 'seq']).select('entity_id', 'action', 'delta');
          left.push({ counts, rows: tables['raw_invoices'], notes: [...new Set((tables['raw_changes'] ?? []).map((note) => JSON.stringify(note)))], history: entries });
        }
        expect(left[1]).toEqual(left[0]);
      }),
      { numRuns: suite.dialect === 'sqlite' ? 100 : 15 },
    );
  });
});

/** Quicker than emptying every table. */
async function forget({ database }: TestDatabase): Promise<void> {
  await database.write(async (tx) => {
    for (const table of ['raw_invoices', 'raw_changes', 'audit_log']) await tx(table).delete();
  });
}

function chunksOf(rows: readonly RawRow[], size: number): RawRow[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size));
}
