import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { HubError } from '../../../../src/core/errors.ts';
import type { RunId } from '../../../../src/core/ids.ts';
import { Slabs } from '../../../../src/core/text/line-log.ts';
import { invoice } from '../../../../src/sources/billing/invoice.ts';
import { writeNewBatch, writeNewRows } from '../../../../src/raw/keeping/newest/new-rows.repository.ts';
import { SortedRows } from '../../../../src/raw/keeping/newest/sorted-rows.ts';
import type { RawTarget } from '../../../../src/raw/store/raw-target.ts';
import { applyRows } from '../../../../src/raw/keeping/newest/apply-rows.repository.ts';
import type { RawRow } from '../../../../src/raw/rows/row-parser.ts';
import type { SortCapacity } from '../../../../src/raw/store/sort/line-sorter.client.ts';
import { AuditWriter } from '../../../../src/engine/records/audit.repository.ts';
import { zeroCounts } from '../../../../src/engine/runs/import-batches.repository.ts';
import { testClock } from '../../../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../../../support/databases/databases.ts';
import { batchOf } from '../../../support/lakes/lake.ts';
import { dumpTables } from '../../../support/databases/tables.ts';
import { BATCHES, batchesOf, contentOf, PLACE, row } from '../../row-history.ts';
import { invoiceRow, parsed } from '../../rows.ts';

const PLENTY: SortCapacity = { memory: 1e9, disk: 1e9 };
/** Every row goes to the file. */
const ON_DISK: SortCapacity = { memory: 0, disk: 1e9 };
/** Every row must be written before the next. */
const NONE: SortCapacity = { memory: 0, disk: 0 };
const B1 = '20261101T000000Z';
const slabs = new Slabs();
let runs = 0;

/** Runs the work as a run of its own. */
function inRun<T>({ database }: TestDatabase, work: (target: RawTarget) => Promise<T>): Promise<T> {
  const changeNo = ++runs;
  const audit = new AuditWriter(`run-${String(changeNo).padStart(6, '0')}` as RunId, testClock());
  return database.write((tx) => work({ database, tx, entity: invoice, brand: 'alpina', changeNo, audit, repeats: new Map() }));
}

/** The same with rows that are given back at its end. */
function withRows<T>(suite: TestDatabase, room: SortCapacity, work: (target: RawTarget, rows: SortedRows) => Promise<T>): Promise<T> {
  return inRun(suite, async (target) => {
    const rows = new SortedRows(invoice, 'alpina', target.changeNo, slabs, room);
    return work(target, rows).finally(() => rows.clear());
  });
}

const counted = (batches: readonly (readonly RawRow[])[]) => batches.map((rows, index) => ({ batch: batchOf(BATCHES[index] ?? ''), rows, counts: zeroCounts() }));

/** Writes batches as those of a new feed; gives the counts of each. */
async function writeNew(suite: TestDatabase, batches: readonly (readonly RawRow[])[], room: SortCapacity) {
  const writes = counted(batches);
  await withRows(suite, room, async (target, rows) => {
    for (const batch of batches) {
      rows.add(batch);
      await rows.makeRoom();
    }
    await writeNewRows(target, rows, writes);
  });
  return writes.map(({ counts }) => counts);
}

/** Compares batches in the order of their keys with what is stored. */
async function compareSorted(suite: TestDatabase, batches: readonly (readonly RawRow[])[], most: number) {
  const writes = counted(batches);
  await withRows(suite, PLENTY, async (target, rows) => {
    for (const batch of batches) rows.add(batch);
    for await (const group of rows.inGroups(most)) {
      await applyRows(target, writes.map(({ batch, counts }) => ({ batch, counts, rows: group.filter((one) => one.batch === batch) })));
    }
  });
  return writes.map(({ counts }) => counts);
}

/** Compares batch after batch with what is stored. */
async function compare(suite: TestDatabase, batches: readonly (readonly RawRow[])[]) {
  const writes = counted(batches);
  await inRun(suite, async (target) => {
    for (const batch of writes) await applyRows(target, [batch]);
  });
  return writes.map(({ counts }) => counts);
}

/** Writes one batch that comes in chunks and finds no more room than this. */
async function writeLarge(suite: TestDatabase, chunks: readonly (readonly RawRow[])[], room: SortCapacity) {
  const counts = zeroCounts();
  const waiting = [...chunks];
  await withRows(suite, room, (target, rows) => writeNewBatch(target, rows, () => Promise.resolve(waiting.shift()), { batch: batchOf(B1), counts }));
  return counts;
}

async function forget({ database }: TestDatabase): Promise<void> {
  await database.write(async (tx) => {
    for (const table of ['raw_invoices', 'raw_changes', 'audit_log']) await tx(table).delete();
  });
}

describeEachDatabase('the rows of a new feed', (suite) => {
  beforeEach(() => forget(suite));
  const runsOf = (sqlite: number) => ({ numRuns: suite.dialect === 'sqlite' ? sqlite : 15 });
  const invoices = async (leaveOut: readonly string[]) => (await dumpTables(suite.database, ['raw_invoices'], leaveOut))['raw_invoices'];
  const notes = () => suite.database.knex<Record<string, string>>('raw_changes').orderBy(['entity', 'entity_id']).select('source', 'entity', 'entity_id');
  const history = () => suite.database.knex<Record<string, string>>('audit_log').orderBy(['entity_id', 'run_id', 'seq']).select('entity_id', 'action', 'delta');

  test('leave what comparing them batch after batch leaves: rows, counts, history and notes', async () => {
    const room = fc.constantFrom(PLENTY, ON_DISK);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 16 }), room, async (some, place) => {
        const left = [];
        for (const write of [compare, (of: TestDatabase, batches: readonly (readonly RawRow[])[]) => writeNew(of, batches, place)]) {
          await forget(suite);
          const counts = await write(suite, batchesOf(some));
          left.push({ counts, rows: await invoices(['change_no']), history: await history(), notes: await notes() });
        }
        expect(left[1]).toEqual(left[0]);
      }),
      runsOf(150),
    );
  });

  test('of one batch leave the same however little room there is for them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 5 }), fc.constantFrom(NONE, ON_DISK), async (some, size, room) => {
        const rows = some.map((one, index) => parsed(contentOf(one), B1, index + 1));
        const chunks = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size));
        await forget(suite);
        const [counts] = await compare(suite, [rows]);
        const expected = await invoices(PLACE);
        await forget(suite);
        expect(await writeLarge(suite, chunks, room)).toEqual(counts);
        expect(await invoices(PLACE)).toEqual(expected);
        expect(await history()).toEqual([]);
        expect(await notes()).toContainEqual({ source: 'invoice', entity: 'everybody', entity_id: '' });
      }),
      runsOf(100),
    );
  });

  test('stand in the table in the order of their keys, and one note stands for many owners', async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => parsed(invoiceRow(12_000 - index), B1, index + 1));
    const again = rows.map((one, index) => parsed(invoiceRow(12_000 - index, { Amount: '59.90', UpdatedDate: '2026-03-01' }), BATCHES[1], one.row));
    const counts = await writeNew(suite, [rows, again], ON_DISK);
    expect(counts.map(({ inserted, updated }) => [inserted, updated])).toEqual([[12_000, 0], [0, 12_000]]);
    expect(await suite.database.knex('raw_invoices').where('lake_batch', BATCHES[1]).count({ rows: '*' })).toEqual([{ rows: 12_000 }]);
    expect(await suite.database.knex('audit_log').count({ rows: '*' })).toEqual([{ rows: 12_000 }]);
    expect(await notes()).toEqual([{ source: 'invoice', entity: 'everybody', entity_id: '' }]);
  });

  test('are noted with the id of their owner as it is, whatever characters it holds', async () => {
    await writeNew(suite, [[parsed(invoiceRow(1, { Id: 'a\\n1', AccountId: 'c\\t2' }), B1)]], PLENTY);
    expect(await notes()).toEqual([{ source: 'invoice', entity: 'account', entity_id: 'c\\t2' }]);
    expect(await suite.database.knex('raw_invoices').pluck<string[]>('source_id')).toEqual(['a\\n1']);
  });

  test('of a batch that is dropped are left out, and those of others stay', async () => {
    const writes = counted([[parsed(invoiceRow(1), B1)], [parsed(invoiceRow(1, { Amount: '1', UpdatedDate: '2026-03-01' }), BATCHES[1])]]);
    await withRows(suite, PLENTY, async (target, rows) => {
      for (const batch of writes) rows.add(batch.rows);
      rows.drop(batchOf(BATCHES[1] ?? ''));
      await writeNewRows(target, rows, writes);
    });
    expect(writes.map(({ counts }) => counts.inserted + counts.updated)).toEqual([1, 0]);
    expect(await suite.database.knex('raw_invoices').pluck<string[]>('lake_batch')).toEqual([B1]);
  });

  test('fail rather than replace a row that is there after all', async () => {
    await compare(suite, [[parsed(invoiceRow(1), B1)]]);
    const work = writeNew(suite, [[parsed(invoiceRow(1, { Amount: '59.90', UpdatedDate: '2026-02-06' }), B1)]], PLENTY);
    await expect(work).rejects.toMatchObject({ code: 'bulk_load_mismatch' });
  });

  test('that cannot be read to their end leave nothing, and the reason is told as it is', async () => {
    const reason = new HubError('refused', 'unreadable_file', 'A file of the batch cannot be read to its end.');
    const read = [[parsed(invoiceRow(1), B1)]];
    const next = (): Promise<RawRow[] | undefined> => (read.length > 0 ? Promise.resolve(read.shift()) : Promise.reject(reason));
    const work = withRows(suite, NONE, (target, rows) => writeNewBatch(target, rows, next, { batch: batchOf(B1), counts: zeroCounts() }));
    await expect(work).rejects.toBe(reason);
    expect(await suite.database.knex('raw_invoices').select()).toEqual([]);
  });
});

describeEachDatabase('rows in the order of their keys, compared with stored ones', (suite) => {
  test('leave what comparing them batch after batch leaves: rows, counts, history and notes', async () => {
    const tables = ['raw_invoices', 'raw_changes', 'audit_log'];
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 6 }), fc.array(row, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 3 }), async (before, some, most) => {
        const left = [];
        for (const write of [compare, (of: TestDatabase, batches: readonly (readonly RawRow[])[]) => compareSorted(of, batches, most)]) {
          await forget(suite);
          await compare(suite, batchesOf(before));
          const counts = await write(suite, batchesOf(some));
          left.push({ counts, tables: await dumpTables(suite.database, tables, ['change_no', 'run_id', 'seq', 'at']) });
        }
        expect(left[1]).toEqual(left[0]);
      }),
      { numRuns: suite.dialect === 'sqlite' ? 100 : 10 },
    );
  });
});
