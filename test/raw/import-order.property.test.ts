import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { countNames } from '../../src/engine/runs/import-batches.repository.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { importLake } from '../support/stages/import.ts';
import { csv, testLake, type ExportRow } from '../support/lakes/lake.ts';
import { dumpTables } from '../support/databases/tables.ts';
import { deletion, invoiceRow } from './rows.ts';

const BATCHES = ['20261101T000000Z', '20261102T000000Z', '20261103T000000Z', '20261104T000000Z'];
const TABLES = ['raw_invoices', 'rejected_rows', 'row_repairs'];
/** When and by which run; and equal rows with a date may come from any of the batches that had them. */
const ACCIDENTAL = ['run_id', 'change_no', 'lake_batch', 'lake_row', 'rejected_at', 'repaired_at'];

/**
 * A state of one of five invoices: each instant has one content, as the exporter promises. At noon, as a row without a
 * date is as old as its batch, which is of midnight (decision record 6 says what a tie would do).
 */
const live = fc.record({ key: fc.integer({ min: 1, max: 5 }), day: fc.integer({ min: 1, max: 6 }) }).map(({ key, day }) =>
  invoiceRow(key, { UpdatedDate: `2026-11-0${day} 12:00:00`, Amount: `${day}.5`, Deleted: String(day === 4) }),
);
const undated = fc.record({ key: fc.integer({ min: 1, max: 5 }), amount: fc.integer({ min: 1, max: 2 }) }).map(({ key, amount }) =>
  invoiceRow(key, { UpdatedDate: '', Amount: String(amount) }),
);
/** A date that no batch can know: the row is as old as its batch, and so content may repeat. */
const ahead = fc.record({ key: fc.integer({ min: 1, max: 5 }), amount: fc.integer({ min: 1, max: 2 }) }).map(({ key, amount }) =>
  invoiceRow(key, { UpdatedDate: `2062-11-0${amount} 12:00:00`, Amount: String(amount) }),
);
const gone = fc.integer({ min: 1, max: 5 }).map((key) => deletion(key));
const bad = fc.integer({ min: 1, max: 5 }).map((key) => invoiceRow(key, { Amount: 'many' }));
const row: fc.Arbitrary<ExportRow> = fc.oneof({ weight: 6, arbitrary: live }, { weight: 2, arbitrary: undated }, ahead, gone, bad);
const lakeContent = fc.tuple(...BATCHES.map(() => fc.array(row, { maxLength: 8 })));

describeEachDatabase('importing batches as they arrive', (suite) => {
  test('leaves the same tables in whatever order they arrive', async () => {
    const order = fc.shuffledSubarray(BATCHES, { minLength: BATCHES.length });
    await fc.assert(
      fc.asyncProperty(lakeContent, order, async (content, arrival) => {
        const atOnce = await importAll(suite, content, [BATCHES]);
        expect(await importAll(suite, content, arrival.map((batch) => [batch]))).toEqual(atOnce);
      }),
      { numRuns: suite.dialect === 'sqlite' ? 30 : 5 },
    );
  });
});

/** Lets the batches arrive group by group, with an import after each; gives the tables in the end. */
async function importAll(suite: TestDatabase, content: readonly (readonly ExportRow[])[], arrivals: readonly (readonly string[])[]) {
  await suite.empty();
  const lake = testLake();
  const clock = testClock();
  for (const batches of arrivals) {
    for (const batch of batches) lake.write('invoice', batch, csv(content[BATCHES.indexOf(batch)] ?? [], Object.keys(invoiceRow())));
    clock.advance(60_000);
    await importLake(suite.database, lake, clock, { rejectLimit: parseRejectLimit('100%') });
  }
  await expectConservation(suite);
  return dumpTables(suite.database, TABLES, ACCIDENTAL);
}

async function expectConservation({ database }: TestDatabase): Promise<void> {
  for (const batch of await database.knex<Record<string, number>>('import_batches').select()) {
    const parts = countNames.filter((name) => name !== 'read' && name !== 'repaired').map((name) => batch[name] ?? -1);
    expect(parts.reduce((sum, count) => sum + count)).toBe(batch['read']);
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
  }
}
