import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { inWindow, nextWindow, type Place, type Walk, type Window } from '../../../src/privacy/retention/windows.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';

const WALK: Walk = { table: 'enrich_neighbours', keys: ['account_id', 'depends_on'], within: { sql: 'brand = ?', values: ['alpina'] } };

type Row = readonly [brand: string, account: string, other: string];

async function fill({ database }: TestDatabase, rows: readonly Row[]): Promise<void> {
  await database.write(async (tx) => {
    await tx('enrich_neighbours').delete();
    for (const [brand, account, other] of rows) await tx('enrich_neighbours').insert({ brand, account_id: account, depends_on: other });
  });
}

/** The rows of each window of the walk, and how many rows each could have. */
async function windows({ database }: TestDatabase, most: number): Promise<string[][]> {
  const { dialect } = database;
  return database.write(async (tx) => {
    const found: string[][] = [];
    for (let after: Place | undefined, window: Window | undefined; ; after = window.upTo) {
      window = await nextWindow(dialect, tx, WALK, after, most);
      if (window === undefined) return found;
      const { sql, values } = inWindow(WALK, window);
      const rows = await dialect.selectRows(tx, `select account_id, depends_on from enrich_neighbours where ${sql}`, values);
      found.push(rows.map((row) => row.join(' ')).sort());
    }
  });
}

describeEachDatabase('windows of a walk over a table', (suite) => {
  test('hold every row of the walk once, in order, none of them too many', async () => {
    const name = fc.constantFrom('a', 'a0', 'b', 'c', 'd');
    const rows = fc.uniqueArray(fc.tuple(fc.constantFrom('alpina', 'belmont'), name, name), { selector: (row) => row.join(' '), maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), async (stored, most) => {
        await fill(suite, stored);
        const found = await windows(suite, most);
        const expected = stored.flatMap(([brand, ...keys]) => (brand === 'alpina' ? [keys.join(' ')] : [])).sort();
        expect(found.flat()).toEqual(expected);
        expect(found.every((window) => window.length >= 1 && window.length <= most)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
