import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';

import { payment } from '../../src/sources/billing/payment.ts';
import type { ImportRequest } from '../../src/raw/import/run-import.ts';
import { testClock, type TestClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { importLake } from '../support/stages/import.ts';
import { csv, hexId, testLake, type TestLake } from '../support/lakes/lake.ts';
import { invoiceRow } from './rows.ts';

const B1 = '20261101T000000Z';
const B2 = '20261102T000000Z';
const PLACE = `billing/invoice/brand=alpina/batch=${B1}`;
const AGAIN = 'so it is read again';

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
    const { batches, refused, read, inserted, unread } = report.totals as Record<string, number>;
    return { status: report.status, totals: { batches, refused, read, inserted, unread }, warnings: report.warnings.filter((warning) => !warning.includes(': optional columns missing')), problems };
  };
  const write = (batch: string, numbers: readonly number[], file = 'part-0.csv') => lake.write('invoice', batch, csv(numbers.map((number) => invoiceRow(number))), { file });
  const stored = () => suite.database.knex('raw_invoices').orderBy('source_id').pluck<string[]>('source_id');

  test('reads a finished batch again when a part comes, says so, and then no more', async () => {
    write(B1, [1]);
    write(B2, [2]);
    expect((await run()).warnings).toEqual([]);
    write(B1, [3], 'part-1.csv');
    const again = await run();
    expect(again).toMatchObject({ status: 'succeeded', totals: { batches: 1, read: 2, inserted: 1 } });
    expect(again.warnings).toEqual([`alpina invoice ${B1}: its files changed since it was imported (1 then, 2 now), ${AGAIN}`]);
    expect(await run()).toMatchObject({ totals: { batches: 0 }, warnings: [] });
    expect(await suite.database.knex('import_batches').where({ batch: B1 }).first()).toMatchObject({ attempts: 2, files: 2, read: 2 });
  });

  test('reads it again when a part is written again or goes; what was stored of it stays', async () => {
    write(B1, [1]);
    write(B1, [2], 'part-1.csv');
    await run();
    lake.write('invoice', B1, csv([invoiceRow(1, { Amount: '7.25', UpdatedDate: '2026-11-01' })]));
    expect((await run()).totals).toMatchObject({ batches: 1, read: 2 });
    expect(Number((await suite.database.knex('raw_invoices').where({ source_id: hexId(1) }).first<{ amount: string }>()).amount)).toBe(7.25);
    rmSync(join(lake.root, PLACE, 'part-1.csv'));
    expect((await run()).totals).toMatchObject({ batches: 1, read: 1 });
    expect(await stored()).toEqual([hexId(1), hexId(2)]);
  });

  test('of a changed batch that is refused keeps what was stored, and tries it again', async () => {
    write(B1, [1]);
    await run();
    lake.write('invoice', B1, 'Id\n1\n', { file: 'part-1.csv' });
    for (let times = 0; times < 2; times++) expect(await run()).toMatchObject({ status: 'refused', totals: { refused: 1, inserted: 0 } });
    expect(await stored()).toEqual([hexId(1)]);
    expect(await suite.database.knex('import_batches').select('status')).toEqual([{ status: 'finished' }]);
  });

  test('says in a dry run what it would read again, and remembers nothing of it', async () => {
    write(B1, [1]);
    await run();
    write(B1, [2], 'part-1.csv');
    const dry = await run({ dryRun: true });
    expect(dry).toMatchObject({ totals: { batches: 1, inserted: 1 }, warnings: [expect.stringContaining(AGAIN)] });
    expect((await run()).totals).toMatchObject({ batches: 1, inserted: 1 });
  });

  test('takes batches of before files were remembered as they are, and sees later changes of them', async () => {
    write(B1, [1]);
    write(B2, [2]);
    await run();
    const forget = () => suite.database.knex('import_batches').update({ fingerprint: null });
    await forget();
    expect(await run()).toMatchObject({ totals: { batches: 0 }, warnings: [] });
    write(B2, [3], 'part-1.csv');
    expect((await run()).totals).toMatchObject({ batches: 1, inserted: 1 });
    // A part that came before the files were remembered shows by the number of files.
    await forget();
    write(B1, [4], '000000_0');
    expect((await run()).totals).toMatchObject({ batches: 1, inserted: 1 });
    expect(await stored()).toHaveLength(4);
  });

  test('names what it does not read, and counts it', async () => {
    write(B1, [1]);
    lake.write('invoice', B1, 'x', { file: 'notes.txt' });
    lake.write('invoice', 'latest', 'Id\n');
    lake.write('invoice', B1, 'Id\n', { brand: 'delmare' });
    lake.write('invoices', B1, 'Id\n');
    lake.write('opens', B1, 'Id\n', { feed: 'email' });
    const { status, totals, warnings } = await run();
    expect({ status, totals }).toEqual({ status: 'succeeded', totals: { batches: 1, refused: 0, read: 1, inserted: 1, unread: 4 } });
    expect(warnings).toEqual([
      'not read: billing/invoice/brand=delmare, as the brand is not configured',
      'not read: billing/invoices, as hub has no such entity',
      `not read: ${PLACE}/notes.txt, as its name ends neither in .csv nor in .gz`,
      'not read: billing/invoice/brand=alpina/batch=latest, as it is no batch=<YYYYMMDDTHHMMSSZ>',
    ]);
    const told = JSON.parse((await suite.database.knex<{ problems: string }>('job_runs').first('problems'))?.problems ?? '') as Record<string, string>[];
    expect(told.filter(({ code }) => code === 'not_read').map(({ brand, stream, file, next }) => [brand, stream, file, next?.includes('hub doctor')])).toEqual([
      [undefined, undefined, 'billing/invoice/brand=delmare', true],
      [undefined, undefined, 'billing/invoices', true],
      ['alpina', 'invoice', `${PLACE}/notes.txt`, true],
      ['alpina', 'invoice', 'billing/invoice/brand=alpina/batch=latest', true],
    ]);
  });

  test('names ten things of a feed that it does not read, and counts the others', async () => {
    for (let index = 10; index < 25; index++) lake.write('invoice', B1, 'x', { file: `notes-${index}.txt` });
    const { totals, warnings } = await run();
    expect(totals.unread).toBe(15);
    expect(warnings.slice(9, 11)).toEqual([expect.stringContaining('notes-19.txt'), 'not read: 5 more like the ones before']);
    expect(warnings.at(-1)).toBe(`alpina invoice ${B1}: the batch is empty`);
  });

  test.each([
    ['has fewer rows', '{"files": {"part-0.csv": 3}}', 'part-0.csv has 2 rows instead of 3'],
    ['lacks a file', '{"files": {"part-0.csv": 2, "part-1.csv": 5}}', 'part-1.csv is missing'],
    ['has a file more', '{"files": {}}', 'part-0.csv is not in it'],
  ])('refuses a batch that %s than its manifest says, and stores nothing of it', async (_title, manifest, message) => {
    write(B1, [1, 2]);
    write(B2, [3]);
    lake.write('invoice', B1, manifest, { file: '_manifest.json' });
    const { status, totals, problems } = await run();
    expect({ status, totals }).toMatchObject({ status: 'refused', totals: { batches: 1, refused: 1, inserted: 1 } });
    expect(problems).toMatchObject([{ code: 'incomplete_batch', message: `alpina invoice ${B1}: The batch is not what its manifest says: ${message}.` }]);
    expect(await stored()).toEqual([hexId(3)]);
    lake.write('invoice', B1, '{"files": {"part-0.csv": 2}}', { file: '_manifest.json' });
    expect(await run()).toMatchObject({ status: 'succeeded', totals: { batches: 1, inserted: 2 } });
  });

  test('counts rejected rows and rows of a large batch against the manifest', async () => {
    const rows = [...Array.from({ length: 5_100 }, (_, index) => invoiceRow(index + 1)), invoiceRow(6_000, { Amount: 'many' })];
    lake.write('invoice', B1, csv(rows));
    lake.write('invoice', B1, '{"files": {"part-0.csv": 5102}}', { file: '_manifest.json' });
    expect((await run()).problems).toMatchObject([{ code: 'incomplete_batch' }]);
    expect(await stored()).toEqual([]);
    lake.write('invoice', B1, '{"files": {"part-0.csv": 5101}}', { file: '_manifest.json' });
    expect((await run()).totals).toMatchObject({ batches: 1, inserted: 5_100 });
  });

  test('refuses a batch with a column of true and false that may mark deleted rows', async () => {
    lake.write('invoice', B1, csv([invoiceRow(1, { deleted_flag: 'false' }), invoiceRow(2, { deleted_flag: 'true' })]));
    lake.write('payment', B1, csv([{ Id: hexId(1), AccountId: hexId(9), EffectiveDate: '2026-01-01', Amount: '5', 'Payment.IsDeleted': 'true' }]));
    const { status, problems } = await run({ entities: [payment] });
    expect({ status, problems }).toEqual({ status: 'succeeded', problems: [] });
    expect(await suite.database.knex('raw_payments').whereNotNull('deleted_at').pluck('source_id')).toEqual([hexId(1)]);
    expect((await run()).problems).toMatchObject([{ code: 'unknown_deletion_mark', context: { file: 'part-0.csv' } }]);
    expect(await stored()).toEqual([]);
  });

  test('shows no header that may be a value of a row, neither in its report nor in its history', async () => {
    const header = csv([invoiceRow(1)]).split('\n')[0] ?? '';
    lake.write('invoice', B1, `${header},Yrsa,Okonjo,yrsa@mail.invalid\n`);
    lake.write('invoice', B2, `${header},Coupon Code\n`);
    const { warnings } = await run();
    expect(warnings).toContain(`alpina invoice ${B1}: 3 unknown columns kept in extra, not shown, as their names do not look like headers`);
    expect(warnings).toContain(`alpina invoice ${B2}: unknown columns kept in extra: Coupon Code`);
    const kept = [await suite.database.knex('import_batches').select('drift', 'error'), await suite.database.knex('job_runs').select()];
    expect(JSON.stringify(kept)).not.toMatch(/yrsa|okonjo/i);
    expect(JSON.stringify(kept)).toContain('Coupon Code');
  });
});
