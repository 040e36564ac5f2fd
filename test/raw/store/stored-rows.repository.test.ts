import { expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import type { StoredValues } from '../../../src/db/dialect.ts';
import { AuditWriter } from '../../../src/engine/records/audit.repository.ts';
import { zeroCounts } from '../../../src/engine/runs/import-batches.repository.ts';
import { applyRows } from '../../../src/raw/keeping/newest/apply-rows.repository.ts';
import { findStoredRows } from '../../../src/raw/store/stored-rows.repository.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testClock } from '../../support/suite/clock.ts';
import { batchOf, hexId } from '../../support/lakes/lake.ts';
import { deletion, invoiceRow, parsed } from '../rows.ts';

const COLUMNS = ['source_id', 'row_hash', 'updated_date', 'deleted_at', 'comments', 'lake_row'];
const B1 = '20261101T000000Z';
const STORED = 400;

describeEachDatabase('looking up stored rows', (suite) => {
  const found = async (keys: readonly string[]): Promise<(string | null)[][]> => {
    const { database } = suite;
    const rows = await database.read((tx) => findStoredRows({ database, tx: tx as never, entity: invoice, brand: 'alpina' }, keys, COLUMNS));
    return wanted(rows, keys);
  };
  const lookedUp = async (keys: readonly string[]): Promise<(string | null)[][]> =>
    wanted(await suite.database.read((tx) => suite.database.dialect.findByKeys(tx, { table: 'raw_invoices', brand: 'alpina', keyColumn: 'source_id', keys, columns: COLUMNS })), keys);

  test('gives the rows of the keys, whether most of the table is wanted, a few of its rows, or what is not there', async () => {
    const { database } = suite;
    const audit = new AuditWriter('run-1' as RunId, testClock());
    const rows = Array.from({ length: STORED }, (_, index) => parsed(index % 7 === 0 ? deletion(index) : invoiceRow(index, { Comments: index % 5 === 0 ? '' : 'a\tb\\', UpdatedDate: index % 3 === 0 ? '' : '2026-10-30' }), B1, index + 1));
    await database.write((tx) => applyRows({ database, tx, entity: invoice, brand: 'alpina', changeNo: 1, audit, repeats: new Map() }, [{ batch: batchOf(B1), rows, counts: zeroCounts() }]));
    const every = (step: number, from = 0): string[] => Array.from({ length: Math.floor(STORED / step) }, (_, index) => hexId(from + index * step)).sort();
    for (const keys of [every(1), every(2), every(5), every(1, 10_000), [...every(2), ...every(1, 10_000)].sort(), every(1).slice(0, 3), []]) {
      expect(await found(keys)).toEqual(await lookedUp(keys));
    }
    expect(await found(every(2))).toHaveLength(STORED / 2);
  });
});

/** Those of the keys, in their order, as texts. */
function wanted(rows: readonly StoredValues[], keys: readonly string[]): (string | null)[][] {
  const texts = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
  return texts.filter(([key]) => keys.includes(key ?? '')).sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
}
