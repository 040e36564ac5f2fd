import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addMillis, batchOfInstant } from '../../src/core/time.ts';
import type { ImportRequest } from '../../src/raw/import/run-import.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { feedTestLake, type FeedTestLake } from '../support/lakes/feed-lake.ts';
import { csv, hexId, testLake, type ExportRow, type TestLake } from '../support/lakes/lake.ts';
import { importLake } from '../support/stages/import.ts';
import { instantOf, testClock } from '../support/suite/clock.ts';

/** Amounts of the invoices that there are at the end of a day, by number. */
type Facts = ReadonlyMap<number, number>;

const DAY_MILLIS = 86_400_000;
const DAYS = 10;
const MISSING = 5;
const COLUMNS = ['Id', 'AccountId', 'InvoiceNumber', 'InvoiceDate', 'Amount'];
const noon = (day: number) => addMillis(instantOf('2026-03-01 12:00:00'), day * DAY_MILLIS);
const batch = (day: number): string => batchOfInstant(noon(day));
const row = (number: number, amount: number): ExportRow => ({ Id: hexId(number), AccountId: hexId(900), InvoiceNumber: `R-${number}`, InvoiceDate: '2026-03-01', Amount: String(amount) });
const rows = (facts: Facts): ExportRow[] => [...facts].map(([number, amount]) => row(number, amount));
const numbered = (count: number, amount = 10): Facts => new Map(Array.from({ length: count }, (_, index) => [index + 1, amount]));
const without = (facts: Facts, ...gone: number[]): Facts => new Map([...facts].filter(([number]) => !gone.includes(number)));

/** Ten days in which invoices come, change, go and come again. */
const history = fc.array(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.option(fc.integer({ min: 1, max: 3 }))), { maxLength: 8 }), { minLength: DAYS, maxLength: DAYS }).map((days) => {
  let facts: Facts = numbered(6);
  return days.map((changes) => {
    const next = new Map(facts);
    for (const [number, amount] of changes) {
      if (amount === null) next.delete(number);
      else next.set(number, amount);
    }
    return (facts = next);
  });
});

describeEachDatabase('a feed of snapshots', (suite) => {
  beforeEach(() => suite.empty());

  const snapshots = (columns: object = {}): FeedTestLake => feedTestLake([{ brand: 'alpina', where: 'full/{batch}/{entity}_*.csv', keep: 'snapshot', streams: { invoice: { columns } } }]);
  const put = (lake: FeedTestLake, day: number, facts: Facts): void => {
    lake.put(`full/${batch(day)}/invoice_1.csv`, csv(rows(facts), COLUMNS));
  };
  const run = (lake: TestLake, changes: Partial<ImportRequest> = {}) => importLake(suite.database, lake, testClock(), changes);
  /** What stands there, but for when and by which batch a row was said last. */
  const stored = async (): Promise<unknown[]> => {
    const found = await suite.database.knex<Record<string, unknown>>('raw_invoices').orderBy('source_id').select('*');
    return found.map((each) => Object.fromEntries(Object.entries(each).filter(([name]) => !['updated_date', 'row_hash', 'lake_batch', 'lake_row', 'change_no'].includes(name))));
  };
  const alive = async (): Promise<string[]> => (await suite.database.knex<{ invoice_number: string }>('raw_invoices').whereNull('deleted_at').orderBy('source_id').pluck('invoice_number'));

  test('over ten days with deletions and a missing day gives the tables of the same facts as increments', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (days) => {
        await suite.empty();
        const full = snapshots();
        const increments = testLake();
        let before: Facts = new Map();
        for (const [day, facts] of days.entries()) {
          if (day === MISSING) continue;
          put(full, day, facts);
          const dated = { UpdatedDate: noon(day), Deleted: '' };
          const changed = rows(facts).filter(({ Id, Amount }) => Amount !== String(before.get(Number.parseInt(Id ?? '', 16)))).map((each) => ({ ...each, ...dated }));
          const gone = [...before.keys()].filter((number) => !facts.has(number)).map((number) => ({ Id: hexId(number), ...dated, Deleted: 'true' }));
          increments.write('invoice', batch(day), csv([...changed, ...gone], [...COLUMNS, ...Object.keys(dated)]));
          before = facts;
          // Half of the days are imported one by one, the others in one run.
          if (day < 4) await run(full, { allowShrink: true });
        }
        const { report } = await run(full, { allowShrink: true });
        expect(report.status).toBe('succeeded');
        const ofSnapshots = await stored();
        // What comes late says how it was, not how it is.
        put(full, MISSING, days[MISSING] ?? new Map());
        expect((await run(full, { allowShrink: true })).report.totals).toMatchObject({ batches: 1, inserted: 0, updated: 0, stale: days[MISSING]?.size });
        expect(await stored()).toEqual(ofSnapshots);
        await suite.empty();
        await run(increments);
        expect(ofSnapshots).toEqual(await stored());
      }),
      { numRuns: 6 },
    );
  });

  test('deletes softly what it leaves out, with an audit entry, and has it again when it comes back', async () => {
    const lake = snapshots();
    put(lake, 0, numbered(5));
    await run(lake);
    put(lake, 1, without(numbered(5), 3));
    const { report } = await run(lake);
    expect(report).toMatchObject({ status: 'succeeded', totals: { read: 4, unchanged: 4, deleted: 0, removed: 1 } });
    expect(await alive()).toEqual(['R-1', 'R-2', 'R-4', 'R-5']);
    const [entry] = await suite.database.knex<{ entity_id: string; action: string; delta: string }>('audit_log').select('entity_id', 'action', 'delta');
    expect(entry).toMatchObject({ entity_id: hexId(3), action: 'delete' });
    expect(JSON.stringify(entry?.delta)).toContain('R-3');
    put(lake, 2, numbered(5));
    expect((await run(lake)).report.totals).toMatchObject({ updated: 1, unchanged: 4 });
    expect(await alive()).toEqual(['R-1', 'R-2', 'R-3', 'R-4', 'R-5']);
  });

  test('is believed whatever UpdatedDate says', async () => {
    const lake = snapshots();
    const dated = (day: number, amount: string, updated: string): void => {
      lake.put(`full/${batch(day)}/invoice_1.csv`, csv([{ ...row(1, 0), Amount: amount, UpdatedDate: updated }]));
    };
    dated(0, '20', '2026-03-01 11:00:00');
    dated(1, '10', '2026-02-01 11:00:00');
    await run(lake);
    expect(await suite.database.knex('raw_invoices').pluck('amount').then((found) => found.map(Number))).toEqual([10]);
    // A file that is written again is believed too, whichever line a row stands on.
    lake.put(`full/${batch(1)}/invoice_1.csv`, csv([{ ...row(1, 7), UpdatedDate: '2026-01-01 11:00:00' }]));
    expect((await run(lake)).report.totals).toMatchObject({ updated: 1 });
    expect(await suite.database.knex('raw_invoices').pluck('amount').then((found) => found.map(Number))).toEqual([7]);
  });

  test('that would take more than 30 % away is refused, until it is allowed; a dry run says so too', async () => {
    const lake = snapshots();
    put(lake, 0, numbered(10));
    await run(lake);
    put(lake, 1, without(numbered(10), 1, 2, 3, 4));
    for (const dryRun of [true, false]) {
      const { report, problems } = await run(lake, { dryRun });
      expect(report).toMatchObject({ status: 'refused', totals: { refused: 1 } });
      expect(problems.map(({ code, message }) => [code, message])).toEqual([['shrink', `alpina invoice ${batch(1)}: 4 of 10 rows would go, more than 30 %.`]]);
    }
    expect(await alive()).toHaveLength(10);
    expect((await run(lake, { allowShrink: true })).report).toMatchObject({ status: 'succeeded', totals: { removed: 4 } });
    expect(await alive()).toHaveLength(6);
    // As many new ones do not make up for those that go.
    put(lake, 2, new Map(Array.from({ length: 6 }, (_, index) => [100 + index, 1])));
    expect((await run(lake)).problems.map(({ code }) => code)).toEqual(['shrink']);
    lake.put(`full/${batch(2)}/invoice_1.csv`, `${COLUMNS.join(',')}\n`);
    expect((await run(lake)).problems.map(({ code }) => code)).toEqual(['shrink']);
    expect(await alive()).toHaveLength(6);
  });

  test('that is half a file is refused', async () => {
    const lake = feedTestLake([{ brand: 'alpina', where: 'full/{batch}/{entity}_*.csv.gz', keep: 'snapshot', streams: { invoice: {} } }]);
    const text = csv(rows(numbered(20)), COLUMNS);
    lake.put(`full/${batch(0)}/invoice_1.csv.gz`, gzipSync(text));
    await run(lake);
    const whole = gzipSync(text);
    lake.put(`full/${batch(1)}/invoice_1.csv.gz`, whole.subarray(0, whole.length - 12));
    expect((await run(lake)).problems.map(({ code }) => code)).toEqual(['unreadable_file']);
    lake.put(`full/${batch(1)}/invoice_1.csv.gz`, gzipSync(text.slice(0, text.lastIndexOf(',2026'))));
    const { report, problems } = await run(lake, { allowShrink: true });
    expect(report.status).toBe('refused');
    expect(problems.map(({ code, context }) => [code, context['line']])).toEqual([['cut_file', 21]]);
    expect(await alive()).toHaveLength(20);
  });

  test('does not leave out a row that it has and that is rejected; of one that may be any, nothing is deleted', async () => {
    const lake = snapshots();
    put(lake, 0, numbered(8));
    await run(lake);
    const bad = { ...row(1, 10), InvoiceDate: '2026-02-31' };
    lake.put(`full/${batch(1)}/invoice_1.csv`, csv([bad, ...rows(without(numbered(8), 1, 2))], COLUMNS));
    const rejectLimit = parseRejectLimit('50%');
    expect((await run(lake, { rejectLimit })).report).toMatchObject({ status: 'succeeded', totals: { rejected: 1, removed: 1 } });
    expect(await alive()).toEqual(['R-1', 'R-3', 'R-4', 'R-5', 'R-6', 'R-7', 'R-8']);
    const [header = '', ...lines] = csv(rows(without(numbered(8), 1, 2, 3)), COLUMNS).split('\n');
    lake.put(`full/${batch(2)}/invoice_1.csv`, [header, 'nothing,of,a,row,that,is,known', ...lines].join('\n'));
    const { report } = await run(lake, { rejectLimit });
    expect(report.status).toBe('refused');
    expect(report.warnings.join()).toContain('nothing that the snapshot leaves out was deleted');
    expect(await alive()).toHaveLength(7);
  });

  test('of more rows than there is room for is the same', async () => {
    const lake = snapshots();
    const capacity = { memory: 1 << 13, disk: 1 << 14 };
    put(lake, 0, numbered(400));
    await importLake(suite.database, lake, testClock(), {}, undefined, capacity);
    put(lake, 1, without(numbered(400, 11), 7, 300));
    const { report } = await importLake(suite.database, lake, testClock(), {}, undefined, capacity);
    expect(report.totals).toMatchObject({ updated: 398, removed: 2 });
    expect(await alive()).toHaveLength(398);
  });
});
