import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';

import { parseShard } from '../../../src/core/shard.ts';
import { account } from '../../../src/sources/billing/account.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { countRejects, findReject, listRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import type { ImportRequest } from '../../../src/raw/import/run-import.ts';
import { auditHistory } from '../../../src/engine/records/audit.repository.ts';
import { countNames, readMark } from '../../../src/engine/runs/import-batches.repository.ts';
import { testClock, type TestClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { importLake } from '../../support/stages/import.ts';
import { batchOf, csv, hexId, testLake, type ExportRow, type TestLake } from '../../support/lakes/lake.ts';
import { dumpTables } from '../../support/databases/tables.ts';
import { deletion, invoiceRow } from '../rows.ts';

const [B1, B2, B3, B4] = ['20261101T000000Z', '20261102T000000Z', '20261103T000000Z', '20261104T000000Z'] as const;
const FEED = { feed: 'billing', brand: 'alpina', entity: 'invoice' };
const invoices = (from: number, to: number, changes: ExportRow = {}) =>
  Array.from({ length: to - from + 1 }, (_, index) => invoiceRow(from + index, changes));

describeEachDatabase('an import', (suite) => {
  let lake: TestLake;
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    lake = testLake();
    clock = testClock();
  });
  const run = async (changes: Partial<ImportRequest> = {}) => {
    clock.advance(60_000);
    const { report, problems } = await importLake(suite.database, lake, clock, changes);
    return { report, problems, totals: told(report.totals), codes: problems.map(({ code }) => code) };
  };
  const write = (batch: string, rows: readonly ExportRow[], file?: string) => lake.write('invoice', batch, csv(rows), file === undefined ? {} : { file });

  test('takes every batch and every part the first time, and finds nothing the second time', async () => {
    write(B1, invoices(1, 3));
    write(B2, invoices(4, 5), 'part-0.csv.gz');
    write(B2, invoices(6, 6), 'part-1.csv');
    const first = await run();
    expect(first.totals).toEqual({ batches: 2, read: 6, inserted: 6 });
    expect(first.report).toMatchObject({ status: 'succeeded', items: [{ brand: 'alpina', entity: 'invoice', batches: 2, inserted: 6 }] });
    expect(await readMark(suite.database, FEED)).toBe(B2);
    expect(await suite.database.knex('raw_invoices').where({ source_id: hexId(6) }).first()).toMatchObject({ lake_batch: B2, lake_row: 3 });
    expect((await run()).totals).toEqual({});
  });

  test('of a batch too large to wait in memory stores nothing if too many of its last rows are bad, and goes on with the others', async () => {
    const bad = invoices(5_101, 5_200, { Amount: 'many' });
    write(B1, [...invoices(1, 5_100), ...bad]);
    write(B2, invoices(1, 2));
    // The first batch meets an empty table and is loaded as it is read; B3 is compared with what is there.
    expect((await run()).codes).toEqual(['too_many_rejects']);
    expect(await suite.database.knex('raw_invoices').pluck<string[]>('lake_batch')).toEqual([B2, B2]);
    write(B3, [...invoices(1, 5_100, { Amount: '59.90', UpdatedDate: '2026-02-06' }), ...bad]);
    write(B4, invoices(3, 3));
    const again = await run();
    expect(again.codes).toEqual(['too_many_rejects', 'too_many_rejects']);
    expect(again.totals).toMatchObject({ batches: 1, refused: 2, inserted: 1 });
    expect(await suite.database.knex('raw_invoices').orderBy('source_id').pluck<string[]>('lake_batch')).toEqual([B2, B2, B4]);
    expect(await suite.database.knex('import_batches').orderBy('batch').pluck<string[]>('status')).toEqual(['refused', 'finished', 'refused', 'finished']);
  });

  test('stores the same, however little room there is to sort the rows of a new feed', async () => {
    const changed = (from: number, to: number, date: string) => invoices(from, to, { Amount: '59.90', UpdatedDate: date });
    write(B1, [...invoices(1, 300), ...changed(5, 9, '2026-02-06'), invoiceRow(301, { Amount: 'many' })]);
    write(B2, [...changed(8, 200, '2026-02-07'), deletion(3, { UpdatedDate: '2026-02-07' })]);
    write(B3, invoices(1, 2));
    const left = [];
    // In memory; in the file; the first batch in one part, in many, and the others compared with it.
    for (const room of [undefined, { memory: 0, disk: 1e9 }, { memory: 20_000_000, disk: 0 }, { memory: 0, disk: 0 }, { memory: 0, disk: 40_000 }]) {
      await suite.empty();
      const { report } = await importLake(suite.database, lake, clock, {}, undefined, room);
      const tables = await dumpTables(suite.database, ['raw_invoices', 'import_batches', 'rejected_rows'], ['run_id', 'change_no', 'duration_ms']);
      const entries = (await suite.database.knex<Record<string, string>>('audit_log').select('entity_id', 'action', 'delta')).map((entry) => JSON.stringify(entry)).sort();
      left.push({ totals: told(report.totals), tables, entries });
    }
    expect(left[0]?.totals).toEqual({ batches: 3, read: 502, inserted: 300, updated: 193, unchanged: 2, deleted: 1, stale: 5, rejected: 1 });
    for (const other of left.slice(1)) expect(other).toEqual(left[0]);
  });

  test('of a range reads its batches again: all unchanged, and the mark stays', async () => {
    for (const [index, batch] of [B1, B2, B3].entries()) write(batch, invoices(index * 2 + 1, index * 2 + 2));
    await run();
    const before = await dumpTables(suite.database, ['raw_invoices', 'audit_log', 'import_feeds'], ['run_id']);
    const again = await run({ range: { from: batchOf(B1), until: batchOf(B3) } });
    expect(again.totals).toEqual({ batches: 2, read: 4, unchanged: 4 });
    expect(await dumpTables(suite.database, ['raw_invoices', 'audit_log', 'import_feeds'], ['run_id'])).toEqual(before);
  });

  test('updates, deletes and brings back, with the history of each record', async () => {
    write(B1, invoices(1, 3));
    write(B2, [invoiceRow(1, { Amount: '10', UpdatedDate: '2026-11-01' }), deletion(2)]);
    write(B3, [invoiceRow(2, { UpdatedDate: '2026-11-03' })]);
    expect((await run()).totals).toEqual({ batches: 3, read: 6, inserted: 3, updated: 2, deleted: 1 });
    expect((await auditHistory(suite.database, 'invoice', hexId(1))).map(({ action, delta }) => [action, JSON.parse(delta ?? '') as unknown])).toEqual([
      ['update', expect.objectContaining({ amount: ['49.9', '10'] })],
    ]);
    expect((await auditHistory(suite.database, 'invoice', hexId(2))).map(({ action }) => action).sort()).toEqual(['delete', 'update']);
    expect(await suite.database.knex('raw_invoices').whereNotNull('deleted_at')).toEqual([]);
  });

  test('takes a batch that appears late, and its older rows are stale', async () => {
    write(B1, invoices(1, 2));
    write(B3, [invoiceRow(1, { Amount: '30', UpdatedDate: '2026-11-03' })]);
    await run();
    write(B2, [invoiceRow(1, { Amount: '20', UpdatedDate: '2026-11-02' }), invoiceRow(3)]);
    expect((await run()).totals).toEqual({ batches: 1, read: 2, stale: 1, inserted: 1 });
    expect(Number((await suite.database.knex('raw_invoices').where({ source_id: hexId(1) }).first<{ amount: string }>()).amount)).toBe(30);
    expect(await readMark(suite.database, FEED)).toBe(B3);
  });

  test('takes a batch that the history does not have, however old its name is', async () => {
    write(B1, invoices(1, 1));
    await run();
    write('20240101T000000Z', invoices(2, 2));
    expect((await run()).totals).toEqual({ batches: 1, read: 1, inserted: 1 });
  });

  test('leaves what came after its start to the next run', async () => {
    write(B1, invoices(1, 1));
    write(B4, invoices(2, 2));
    expect((await run({ until: batchOf(B4) })).totals).toEqual({ batches: 1, read: 1, inserted: 1 });
    expect((await run()).totals).toEqual({ batches: 1, read: 1, inserted: 1 });
  });

  test('of several rows of a key within a batch stores the newest; the others are stale', async () => {
    write(B1, ['2026-02-06', '2026-02-08', '2026-02-07'].map((date) => invoiceRow(1, { UpdatedDate: date })));
    expect((await run()).totals).toEqual({ batches: 1, read: 3, inserted: 1, stale: 2 });
    expect(await suite.database.knex('raw_invoices').select('lake_row')).toEqual([{ lake_row: 2 }]);
  });

  test('refuses a batch without a required column; the others go on, and the next run tries it again', async () => {
    write(B1, invoices(1, 2));
    lake.write('invoice', B2, csv(invoices(3, 4), Object.keys(invoiceRow()).filter((column) => column !== 'Amount')));
    write(B3, invoices(5, 6));
    const { report, totals, problems } = await run();
    expect(report.status).toBe('refused');
    expect(totals).toEqual({ batches: 2, refused: 1, read: 4, inserted: 4 });
    expect(problems).toMatchObject([{ code: 'missing_column', context: { column: 'Amount', file: 'part-0.csv' }, message: expect.stringContaining(`alpina invoice ${B2}`) }]);
    expect(await readMark(suite.database, FEED)).toBe(B1);
    write(B2, invoices(3, 4));
    expect((await run()).totals).toEqual({ batches: 1, read: 2, inserted: 2 });
    expect(await readMark(suite.database, FEED)).toBe(B3);
    expect(await suite.database.knex('import_batches').where({ batch: B2 }).first()).toMatchObject({ status: 'finished', attempts: 2 });
  });

  test('refuses a batch with too many rejects as a whole, and says which', async () => {
    write(B1, [...invoices(1, 50), ...invoices(51, 52, { Amount: 'many' })]);
    const { codes, problems, totals } = await run();
    expect(codes).toEqual(['too_many_rejects']);
    expect(problems[0]?.message).toContain('2 of 52 rows were rejected, more than 1%: 2 × invalid_value in Amount');
    expect(totals).toEqual({ refused: 1 });
    for (const table of ['raw_invoices', 'raw_changes', 'rejected_rows', 'row_repairs', 'audit_log']) expect(await suite.database.knex(table).select()).toEqual([]);
  });

  test('keeps rejected rows with place and reason if they are few enough, once, however often the batch is read', async () => {
    write(B1, [...invoices(1, 50), invoiceRow(51, { Amount: 'many' })]);
    const limit = { rejectLimit: parseRejectLimit('5') };
    expect((await run(limit)).totals).toEqual({ batches: 1, read: 51, inserted: 50, rejected: 1 });
    const [reject] = await listRejects(suite.database, {});
    expect(reject).toMatchObject({ code: 'invalid_value', column_name: 'Amount', line: 52, row_no: 51, source_id: hexId(51), status: 'open', part: 'part-0.csv' });
    await run({ ...limit, range: { from: batchOf(B1), until: batchOf(B2) } });
    expect(await listRejects(suite.database, {})).toMatchObject([{ rejected_id: reject?.rejected_id }]);
    expect(await findReject(suite.database, reject?.rejected_id.slice(0, 8) ?? '')).toMatchObject({ rejected_id: reject?.rejected_id });
    expect(await countRejects(suite.database, {})).toMatchObject([{ brand: 'alpina', entity: 'invoice', code: 'invalid_value', rows: 1 }]);
  });

  test('refuses a truncated file, stores nothing of its batch, and goes on', async () => {
    const bytes = gzipSync(csv(invoices(1, 500)));
    write(B1, invoices(501, 502), 'a.csv');
    lake.write('invoice', B1, bytes.subarray(0, bytes.length - 30), { file: 'b.csv.gz' });
    write(B2, invoices(503, 503));
    expect(await run()).toMatchObject({ codes: ['unreadable_file'], totals: { refused: 1, batches: 1, read: 1, inserted: 1 } });
    expect(await suite.database.knex('raw_invoices').pluck('source_id')).toEqual([hexId(503)]);
  });

  test.each([['0 bytes', ''], ['a header alone', `${Object.keys(invoiceRow()).join(',')}\n`]])('finishes a batch of %s with a warning', async (_, text) => {
    lake.write('invoice', B1, text);
    const { report, totals } = await run();
    expect(totals).toEqual({ batches: 1 });
    expect(report.warnings).toContain(`alpina invoice ${B1}: the batch is empty`);
    expect((await run()).totals).toEqual({});
  });

  test('as a dry run writes nothing at all and reports what the real run does', async () => {
    write(B1, invoices(1, 3));
    await run();
    write(B2, [...invoices(3, 60, { UpdatedDate: '2026-11-02' }), deletion(1), invoiceRow(61, { Amount: 'x' }), invoiceRow(62, { Status: 'Odd' })]);
    lake.write('invoice', B3, 'Id\n1\n');
    write(B4, [invoiceRow(3, { UpdatedDate: '2026-11-04' })]);
    const changes = { rejectLimit: parseRejectLimit('3') };
    const before = await dumpTables(suite.database);
    const rehearsal = await run({ ...changes, dryRun: true });
    expect(await dumpTables(suite.database)).toEqual(before);
    const real = await run(changes);
    expect(rehearsal.totals).toEqual(real.totals);
    expect(rehearsal.report.items).toEqual(real.report.items);
    expect(rehearsal.report.warnings).toEqual(real.report.warnings);
    expect(real.totals).toMatchObject({ batches: 2, refused: 1, deleted: 1, rejected: 1 });
  });

  test('in three shards does what one does', async () => {
    for (let day = 1; day <= 9; day++) write(`2026110${day}T000000Z`, invoices(day, day + 2, { UpdatedDate: `2026-11-0${day}` }));
    const whole = await run();
    const expected = await dumpTables(suite.database, ['raw_invoices'], ['change_no']);
    await suite.empty();
    const sums: Record<string, number> = {};
    for (const shard of ['3/3', '1/3', '2/3']) {
      for (const [name, count] of Object.entries((await run({ shard: parseShard(shard) })).totals)) sums[name] = (sums[name] ?? 0) + count;
    }
    expect(await dumpTables(suite.database, ['raw_invoices'], ['change_no'])).toEqual(expected);
    expect([sums['batches'], sums['read'], sums['inserted']]).toEqual([whole.totals['batches'], whole.totals['read'], whole.totals['inserted']]);
    expect(await readMark(suite.database, FEED)).toBe('20261109T000000Z');
  });

  test('mends shifted rows and records each', async () => {
    const text = csv([...invoices(1, 60), invoiceRow(61, { Comments: 'paid; in cash' })]).replace('paid; in', 'paid, in');
    lake.write('invoice', B1, text);
    expect((await run()).totals).toEqual({ batches: 1, read: 61, inserted: 61, repaired: 1 });
    expect(await suite.database.knex('raw_invoices').where({ source_id: hexId(61) }).first()).toMatchObject({ comments: 'paid, in cash' });
    expect(await suite.database.knex('row_repairs').select()).toMatchObject([{ line: 62, source_id: hexId(61), before_row: expect.stringContaining('paid, in cash') }]);
  });

  test('keeps unknown columns and reports drift', async () => {
    write(B1, [1, 2, 3].map((id) => invoiceRow(id, { LoyaltyTier: 'Gold', Status: 'Reversed', AccountId: 'A-1' })));
    const { report } = await run();
    expect(report.warnings).toEqual(expect.arrayContaining([
      `alpina invoice ${B1}: unknown columns kept in extra: LoyaltyTier`,
      `alpina invoice ${B1}: unknown values of Status: Reversed (3)`,
      `alpina invoice ${B1}: 3 ids in AccountId are not 32 hex digits`,
    ]));
    expect(report.problems).toContainEqual({
      ...{ code: 'unknown_values', message: `alpina invoice ${B1}: unknown values of Status: Reversed (3)`, brand: 'alpina', stream: 'invoice', batch: B1, column: 'Status' },
      next: expect.stringContaining('src/sources'),
    });
    expect(await suite.database.knex('raw_invoices').first()).toMatchObject({ extra: '{"LoyaltyTier":"Gold"}', status: 'Reversed' });
  });

  test('tells each refusal as a problem at its place: the batch that was refused first, then the rows, which are no warnings', async () => {
    write(B1, [...invoices(1, 3), invoiceRow(4, { Amount: 'Anna' }), invoiceRow(5, { Amount: 'Bea' })]);
    write(B2, [{ Id: hexId(9), Status: 'Posted' }]);
    const { report } = await run({ rejectLimit: parseRejectLimit('2') });
    const missing = { code: 'missing_column', brand: 'alpina', stream: 'invoice', batch: B2, file: 'part-0.csv', line: 1, column: 'AccountId' };
    const rejected = { code: 'invalid_value', brand: 'alpina', stream: 'invoice', batch: B1, file: 'part-0.csv', line: 5, column: 'Amount' };
    expect(report.problems.filter(({ code }) => code !== 'absent_columns')).toEqual([
      { ...missing, message: expect.stringMatching(/^alpina invoice 2\S+: The required column AccountId is missing/), next: expect.stringContaining('exporter') },
      { ...rejected, message: `alpina invoice ${B1}: 2 rows rejected as invalid_value in Amount, the first in part-0.csv line 5`, next: 'hub quarantine list --brand alpina --entity invoice --code invalid_value' },
    ]);
    expect(report.warnings).toEqual(report.problems.slice(0, -1).map(({ message }) => message));
    expect(JSON.stringify(report)).not.toMatch(/Anna|Bea/);
    const stored = await suite.database.knex<{ problems: string }>('job_runs').first('problems');
    expect(JSON.parse(stored?.problems ?? '')).toEqual(report.problems);
  });

  test('keeps brands and entities apart', async () => {
    write(B1, invoices(1, 1));
    lake.write('invoice', B1, csv(invoices(1, 1, { Amount: '1' })), { brand: 'belmont' });
    lake.write('account', B1, csv([{ Id: hexId(1), AccountNumber: 'A1', Currency: 'EUR', Deleted: '', CreatedDate: '', UpdatedDate: '' }]));
    const { report } = await run({ brands: ['alpina', 'belmont'], entities: [account, invoice] });
    expect(report.items.map(({ brand, entity, inserted }) => [brand, entity, inserted])).toEqual([
      ['alpina', 'account', 1], ['alpina', 'invoice', 1], ['belmont', 'account', 0], ['belmont', 'invoice', 1],
    ]);
    expect(await suite.database.knex('raw_invoices').orderBy('brand').pluck('brand')).toEqual(['alpina', 'belmont']);
  });

  test('conserves rows in every batch of the history', async () => {
    write(B1, [...invoices(1, 40), invoiceRow(1), deletion(2), invoiceRow(41, { Amount: 'x' })]);
    write(B2, [...invoices(1, 20), ...invoices(30, 50, { UpdatedDate: '2026-11-02' })]);
    await run({ rejectLimit: parseRejectLimit('5') });
    for (const batch of await suite.database.knex<Record<string, number>>('import_batches').select()) {
      const sum = countNames.filter((name) => name !== 'read' && name !== 'repaired').reduce((total, name) => total + (batch[name] ?? 0), 0);
      expect(sum).toBe(batch['read']);
    }
  });
});

describeEachDatabase('an import that cannot go on', (suite) => {
  test('records that it failed, keeps the batches before, and lets the next run finish', async () => {
    await suite.empty();
    const lake = testLake();
    const clock = testClock();
    lake.write('invoice', B1, csv(invoices(1, 2)));
    const fails = importLake(suite.database, { ...lake, root: `${lake.root}/nowhere` }, clock);
    await expect(fails).rejects.toMatchObject({ code: 'lake_missing' });
    expect(await suite.database.knex('job_runs').select('status')).toEqual([{ status: 'failed' }]);
    clock.advance(1_000);
    expect(told((await importLake(suite.database, lake, clock)).report.totals)).toEqual({ batches: 1, read: 2, inserted: 2 });
  });

  test('is interrupted by a signal: what was committed stays, and the next run does the rest', async () => {
    await suite.empty();
    const lake = testLake();
    const clock = testClock();
    const first = csv(invoices(1, 10));
    lake.write('invoice', B1, first);
    expect(told((await importLake(suite.database, lake, clock)).report.totals)).toEqual({ batches: 1, read: 10, inserted: 10 });
    const batches = [csv(invoices(11, 5_210)), csv(invoices(5_211, 5_220)), csv(invoices(5_221, 5_230))];
    for (const [index, batch] of [B2, B3, B4].entries()) lake.write('invoice', batch, batches[index] ?? '');
    // There is no room for the first of these to wait for the others, so it is dealt with before they are read.
    clock.advance(1_000);
    let read = -1;
    const stopAfterFirst = (_done: number, stop: () => void, rows: number): void => {
      // What is told without a further row is the end of a batch.
      if (rows === read) stop();
      read = rows;
    };
    const stopped = importLake(suite.database, lake, clock, {}, stopAfterFirst, { memory: 1 << 17, disk: 0 });
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await suite.database.knex('job_runs').orderBy('started_at').select('status')).toEqual([{ status: 'succeeded' }, { status: 'interrupted' }]);
    expect(await suite.database.knex('import_batches').orderBy('batch').pluck('batch')).toEqual([B1, B2]);
    expect(await suite.database.knex('raw_invoices').select('source_id')).toHaveLength(5_210);
    clock.advance(1_000);
    expect(told((await importLake(suite.database, lake, clock)).report.totals)).toEqual({ batches: 2, read: 20, inserted: 20 });
  });

  test('is interrupted while a feed is new: nothing of it is stored, and the next run does all of it', async () => {
    await suite.empty();
    const lake = testLake();
    const clock = testClock();
    for (const batch of [B1, B2]) lake.write('invoice', batch, csv(invoices(1, 10)));
    const stopped = importLake(suite.database, lake, clock, {}, (done, stop) => {
      if (done > 0) stop();
    });
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await suite.database.knex('import_batches').select()).toEqual([]);
    expect(await suite.database.knex('raw_invoices').select()).toEqual([]);
    clock.advance(1_000);
    expect(told((await importLake(suite.database, lake, clock)).report.totals)).toEqual({ batches: 2, read: 20, inserted: 10, unchanged: 10 });
  });

  test('takes a feed of which something is stored already for what it is, and compares', async () => {
    await suite.empty();
    const lake = testLake();
    const clock = testClock();
    lake.write('invoice', B1, csv(invoices(1, 5_200)));
    lake.write('invoice', B2, csv(invoices(1, 3, { Amount: '59.90', UpdatedDate: '2026-02-06' })));
    await importLake(suite.database, lake, clock);
    const before = await dumpTables(suite.database, ['raw_invoices'], ['change_no']);
    // Without its history, as after a restore of some tables.
    for (const table of ['import_batches', 'import_feeds', 'audit_log']) await suite.database.knex(table).delete();
    clock.advance(1_000);
    expect(told((await importLake(suite.database, lake, clock)).report.totals)).toEqual({ batches: 2, read: 5_203, stale: 3, unchanged: 5_200 });
    expect(await dumpTables(suite.database, ['raw_invoices'], ['change_no'])).toEqual(before);
    expect(await suite.database.knex('audit_log').select()).toEqual([]);
  });
});

/** The counts that are not zero. */
function told(totals: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(Object.entries(totals as Record<string, number>).filter(([name, value]) => value !== 0 && name !== 'bytes_scanned'));
}
