import { beforeEach, expect, test } from '@jest/globals';

import { listRejects, type RejectFilter } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { discardRejects, replayRejects } from '../../../src/raw/import/replay.ts';
import { testClock, type TestClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { importLake } from '../../support/stages/import.ts';
import { csv, hexId, testLake } from '../../support/lakes/lake.ts';
import { dumpTables } from '../../support/databases/tables.ts';
import { BATCH, invoiceRow } from '../rows.ts';

const open: RejectFilter = { status: 'open' };
const corrected = new Map([['amount', '12.5']]);

describeEachDatabase('rejected rows', (suite) => {
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    clock = testClock();
    const lake = testLake();
    lake.write('invoice', BATCH, csv([invoiceRow(1), invoiceRow(2, { Amount: 'many' }), invoiceRow(3, { Amount: 'few' })]));
    await importLake(suite.database, lake, clock, { rejectLimit: parseRejectLimit('2') });
    clock.advance(1_000);
  });
  const services = () => ({ database: suite.database, clock, version: '1', config: { brands: [{ id: 'alpina' }] } });
  const idOf = async (number: number) => (await listRejects(suite.database, {})).find((row) => row.source_id === hexId(number))?.rejected_id ?? '';

  test('that still do not parse stay open', async () => {
    const report = await replayRejects(services(), open, new Map(), false);
    expect(report).toMatchObject({ status: 'refused', totals: { read: 2, replayed: 0, still: 2 }, warnings: ['Nothing was stored: none of the 2 rows fits the contract.'] });
    expect(report.problems.map(({ code, stream, line, column }) => [code, stream, line, column])).toEqual([
      ['nothing_replayed', undefined, undefined, undefined],
      ['invalid_value', 'invoice', 3, 'Amount'],
      ['invalid_value', 'invoice', 4, 'Amount'],
    ]);
    expect(await listRejects(suite.database, open)).toHaveLength(2);
  });

  test('are stored at their place in their batch once they are corrected', async () => {
    const report = await replayRejects(services(), { ...open, ids: [await idOf(2)] }, corrected, false);
    expect(report).toMatchObject({ status: 'succeeded', totals: { read: 1, replayed: 1, still: 0 }, problems: [], warnings: [] });
    const stored = await suite.database.knex<Record<string, unknown>>('raw_invoices').where({ source_id: hexId(2) }).first();
    expect({ ...stored, amount: Number(stored?.['amount']) }).toMatchObject({ amount: 12.5, lake_batch: BATCH, lake_row: 2, currency: 'EUR' });
    expect((await listRejects(suite.database, {})).map(({ source_id: id, status }) => [id, status]).sort()).toEqual([[hexId(2), 'replayed'], [hexId(3), 'open']]);
  });

  test('are left alone by a dry run, which reports the same', async () => {
    const before = await dumpTables(suite.database);
    const rehearsal = await replayRejects(services(), open, corrected, true);
    expect(await dumpTables(suite.database)).toEqual(before);
    expect((await replayRejects(services(), open, corrected, false)).totals).toEqual(rehearsal.totals);
  });

  test('can be discarded', async () => {
    expect((await discardRejects(services(), { ...open, ids: [await idOf(3)] })).totals).toEqual({ discarded: 1 });
    expect((await listRejects(suite.database, open)).map(({ source_id: id }) => id)).toEqual([hexId(2)]);
  });

  test('that stood in one record are stored each, as soon as somebody says so; what was cut never is', async () => {
    await suite.empty();
    const lake = testLake();
    const [head = '', one = '', two = ''] = csv([invoiceRow(1), invoiceRow(2)]).split('\n');
    const spoiled = two.replace('2026-02-05', 'soon');
    const endless = csv([invoiceRow(3, { Comments: 'x'.repeat(1_500_000) })]).split('\n')[1] ?? '';
    lake.write('invoice', BATCH, [head, one + spoiled, endless, ''].join('\n'));
    await importLake(suite.database, lake, clock, { rejectLimit: parseRejectLimit('100%') });
    const rejects = await listRejects(suite.database, open);
    expect(rejects.map(({ code, raw }) => [code, raw])).toEqual([
      ['several_rows', one],
      ['several_rows', spoiled],
      ['record_too_long', endless.slice(0, 1 << 20)],
    ]);
    clock.advance(1_000);
    const report = await replayRejects(services(), open, new Map(), false);
    expect(report).toMatchObject({ status: 'refused', totals: { read: 3, replayed: 1, still: 2 }, warnings: [] });
    expect(report.problems.map(({ code, next }) => [code, next])).toEqual([
      ['invalid_value', expect.stringMatching(/^hub quarantine replay [0-9a-f]{16} --set InvoiceDate=<value>$/)],
      ['record_too_long', expect.stringMatching(/^Only its beginning is kept: .* hub quarantine discard [0-9a-f]{16}$/)],
    ]);
    expect(await suite.database.knex('raw_invoices').pluck('source_id')).toEqual([hexId(1)]);
  });

  test('that do not exist, or a column that they do not have, are refused', async () => {
    await expect(replayRejects(services(), { ...open, ids: ['ffff'] }, new Map(), false)).rejects.toMatchObject({ code: 'reject_unknown' });
    await expect(replayRejects(services(), open, new Map([['Colour', 'red']]), false)).rejects.toMatchObject({ code: 'column_unknown' });
  });
});
