import { beforeEach, expect, test } from '@jest/globals';

import { parseShard } from '../../src/core/shard.ts';
import type { Rules } from '../../src/enriched/rules/rules.ts';
import { compileRules } from '../../src/enriched/rules/rules.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, idsOf, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { BRANDS, enrich, enrichedState, importAll } from '../support/stages/enrich.ts';
import type { TestLake } from '../support/lakes/lake.ts';
import type { TableDump } from '../support/databases/tables.ts';
import { dumpTables } from '../support/databases/tables.ts';
import { shippedSources } from './rules/shipped-rules.ts';

const NUMBERS = Array.from({ length: 12 }, (_, index) => index + 1);
const SECOND = '20260302T050000Z';
const shipped = compileRules(shippedSources, BRANDS);

/** Rules that fail on a plan of this name, as a fault of the program would. */
const rulesFailingOn = (word: string): Rules => ({
  ...shipped,
  of(fact) {
    const rules = shipped.of(fact);
    return Object.assign(Object.create(rules) as typeof rules, {
      classify: (...args: Parameters<typeof rules.classify>) => {
        if (args[0].includes(word)) throw new TypeError(`Cannot mix Gruber and other types on ${word}`);
        return rules.classify(...args);
      },
    });
  },
});

/** Everybody's plan has another name on the second day. */
function lakeOf(): TestLake {
  const lake = customerLake('20260301T050000Z', NUMBERS.map((number) => ({ number })));
  writeRows(lake, SECOND, 'alpina', ...NUMBERS.map((number) => ({ rate_plan: customerRows({ number, plan: `US1 | Coffee n${number}x`, updated: '2026-03-02 04:00:00' })['rate_plan'] ?? [] })));
  return lake;
}

const of = (state: Record<string, TableDump>, keep: (accountId: unknown) => boolean): Record<string, TableDump> =>
  Object.fromEntries(Object.entries(state).map(([table, rows]) => [table, rows.filter((row) => !('account_id' in row) || keep(row['account_id']))]));

describeEachDatabase('an account that cannot be decided', (suite) => {
  beforeEach(() => suite.empty());

  const undecidable = (): Promise<unknown[]> => suite.database.read((knex) => knex('undecidable').select('stage', 'brand', 'account_id', 'reason'));

  test.each([1, 7, 12])('is left out and reported, keeps what is stored, and is tried again, while all others get their rows: %d', async (poisoned) => {
    const clock = testClock();
    const lake = lakeOf();
    const account = idsOf(poisoned).account;
    const { before, clean } = await days(suite, lake);

    await suite.empty();
    await importFirst(suite, clock);
    await enrich(suite.database, clock);
    await importAll(suite.database, lake, clock);
    const report = await enrich(suite.database, clock, { rules: rulesFailingOn(`n${poisoned}x`) });

    const reason = `TypeError: Cannot mix <text> and other types on <text>`;
    expect(report.status).toBe('refused');
    expect(report.totals).toMatchObject({ undecidable: 1, undecidable_accounts: [{ entity: 'account', brand: 'alpina', id: account, reason }] });
    expect(report.warnings[0]).toBe(`undecidable: account ${account} of alpina: ${reason}; its records stay as they were, and the next run tries again`);
    expect(report.problems[0]).toEqual({ code: 'undecidable', message: report.warnings[0], brand: 'alpina', stream: 'account', next: expect.stringContaining('each run tries again') });
    const after = await enrichedState(suite.database);
    expect(of(after, (id) => id !== account)).toEqual(of(clean, (id) => id !== account));
    expect(of(after, (id) => id === account)).toEqual(of(before, (id) => id === account));
    expect(await undecidable()).toEqual([{ stage: 'enrich', brand: 'alpina', account_id: account, reason }]);

    const again = await enrich(suite.database, clock, { rules: rulesFailingOn(`n${poisoned}x`) });
    expect(again).toMatchObject({ status: 'refused', totals: { persons: 1, undecidable: 1 } });

    const mended = await enrich(suite.database, clock);
    expect(mended).toMatchObject({ status: 'succeeded', totals: { persons: 1, undecidable: 0 }, warnings: [] });
    expect(await enrichedState(suite.database)).toEqual(clean);
    expect(await undecidable()).toEqual([]);
  });

  test('is written by no dry run, and left out of its own shard alone', async () => {
    const clock = testClock();
    await importAll(suite.database, lakeOf(), clock);
    const rules = rulesFailingOn('n3x');
    const before = await dumpTables(suite.database);
    expect(await enrich(suite.database, clock, { rules, dryRun: true })).toMatchObject({ status: 'refused', totals: { undecidable: 1 } });
    expect(await dumpTables(suite.database)).toEqual(before);
    const statuses = [];
    for (const shard of ['1/2', '2/2']) statuses.push((await enrich(suite.database, clock, { rules, shard: parseShard(shard) })).status);
    expect(statuses.sort()).toEqual(['refused', 'succeeded']);
    expect(await undecidable()).toHaveLength(1);
  });
});

async function importFirst(suite: TestDatabase, clock: ReturnType<typeof testClock>): Promise<void> {
  await importAll(suite.database, customerLake('20260301T050000Z', NUMBERS.map((number) => ({ number }))), clock);
}

/** What stands after the first day, and after both, if nobody is poisoned. */
async function days(suite: TestDatabase, lake: TestLake): Promise<{ before: Record<string, TableDump>; clean: Record<string, TableDump> }> {
  const clock = testClock();
  await importFirst(suite, clock);
  await enrich(suite.database, clock);
  const before = await enrichedState(suite.database);
  await importAll(suite.database, lake, clock);
  await enrich(suite.database, clock);
  return { before, clean: await enrichedState(suite.database) };
}
