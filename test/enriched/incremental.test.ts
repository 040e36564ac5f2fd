import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseShard } from '../../src/core/shard.ts';
import type { LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { catalogRows, customerRows, writeRows, type Rows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich, enrichedState, importAll } from '../support/stages/enrich.ts';
import { testLake } from '../support/lakes/lake.ts';

const DAYS = [1, 2, 3];
const DATES = ['2026-04-01', '2026-04-05', '2026-04-12'] as LocalDate[];
const RUNS = { sqlite: 12, mysql: 4 };

/** What a batch says of a customer: all of it, or some entities only. */
const change = fc.record({
  number: fc.integer({ min: 1, max: 5 }),
  day: fc.constantFrom(...DAYS),
  email: fc.constantFrom('a@mail.invalid', 'b@mail.invalid', 'test@mail.invalid', 'none'),
  plan: fc.constantFrom('FE | Tea', 'UP1 Tea', 'Tea'),
  cancelled: fc.constantFrom('', '2026-04-03', '2026-04-10'),
  withAccountIds: fc.boolean(),
  deleted: fc.boolean(),
  only: fc.option(fc.constantFrom('account', 'contact', 'subscription', 'rate_plan', 'invoice', 'invoice_item', 'invoice_payment', 'refund'), { nil: undefined }),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

describeEachDatabase('enrichment in steps', (suite) => {
  test('gives the same records as one run, whatever the order of batches, runs, shards and dates', async () => {
    const plan = fc.record({
      changes: fc.array(change, { minLength: 3, maxLength: 12 }),
      order: fc.shuffledSubarray(DAYS, { minLength: DAYS.length, maxLength: DAYS.length }),
      shards: fc.constantFrom(1, 2, 3),
    });
    const property = fc.asyncProperty(plan, async ({ changes, order, shards }) => {
      await suite.empty();
      const clock = testClock();
      const whole = testLake();
      for (const day of DAYS) writeDay(whole, day, changes);
      await importAll(suite.database, whole, clock);
      await enrich(suite.database, clock, { asOf: DATES[2] as LocalDate });
      const expected = await enrichedState(suite.database);

      await suite.empty();
      const lake = testLake();
      for (const [step, day] of order.entries()) {
        writeDay(lake, day, changes);
        await importAll(suite.database, lake, clock);
        for (let shard = 1; shard <= shards; shard++) {
          await enrich(suite.database, clock, { asOf: DATES[step] as LocalDate, shard: parseShard(`${shard}/${shards}`) });
        }
      }
      expect(await enrichedState(suite.database)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: RUNS[suite.dialect] });
  }, 120_000);
});

function writeDay(lake: ReturnType<typeof testLake>, day: number, changes: readonly Change[]): void {
  const today = changes.filter((one) => one.day === day);
  for (const brand of ['alpina', 'belmont']) {
    const rows = today.filter(({ number }) => (number % 2 === 0 ? 'belmont' : 'alpina') === brand).map(rowsOf);
    writeRows(lake, `2026030${day}T050000Z`, brand, ...(day === 1 ? [catalogRows()] : []), ...rows);
  }
}

function rowsOf({ number, day, email, plan, cancelled, withAccountIds, deleted, only }: Change, place: number): Rows {
  const updated = `2026-03-0${day} 04:00:${String(place).padStart(2, '0')}`;
  const rows = customerRows({ number, email, plan, cancelled, withAccountIds, updated });
  if (only === undefined) return rows;
  return { [only]: (rows[only] ?? []).map((row) => (deleted ? { ...row, Deleted: 'true' } : row)) };
}
