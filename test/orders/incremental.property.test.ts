import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseShard } from '../../src/core/shard.ts';
import type { LocalDate } from '../../src/core/time.ts';
import type { OrdersCommand } from '../../src/orders/queue.repository.ts';
import { testClock } from '../support/suite/clock.ts';
import { catalogRows, customerRows, writeRows, type Rows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich, importAll } from '../support/stages/enrich.ts';
import { testLake, type ExportRow } from '../support/lakes/lake.ts';
import { BOTH, invoiceRows, ordersState, refundRows, runStage, runStages } from '../support/stages/orders.ts';

const DAYS = [1, 2, 3];
const AS_OF = '2026-04-12' as LocalDate;
const RUNS = { sqlite: 10, mysql: 2 };

/** What a batch says of a customer: all of it, a further invoice, a refund, or a part that changed or went. */
const change = fc.record({
  number: fc.integer({ min: 1, max: 4 }),
  day: fc.constantFrom(...DAYS),
  what: fc.constantFrom('customer', 'customer', 'invoice', 'refund', 'refund', 'subscription', 'contact', 'account', 'product'),
  email: fc.constantFrom('a@mail.invalid', 'b@mail.invalid', 'test@mail.invalid'),
  place: fc.integer({ min: 1, max: 3 }),
  date: fc.constantFrom('2026-01-05', '2026-02-05', '2026-03-05'),
  amount: fc.constantFrom('10.00', '25.50', '60.00'),
  reference: fc.constantFrom('', 'REF-1'),
  status: fc.constantFrom('Processed', 'Processed', 'Canceled'),
  isTest: fc.constantFrom('false', 'false', 'true'),
  deleted: fc.constantFrom(false, false, true),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

describeEachDatabase('orders and credit notes, in steps', (suite) => {
  test('come to what one run comes to, whatever the order of batches, commands and shards', async () => {
    const plan = fc.record({
      changes: fc.array(change, { minLength: 4, maxLength: 14 }),
      order: fc.shuffledSubarray(DAYS, { minLength: DAYS.length, maxLength: DAYS.length }),
      runs: fc.array(fc.subarray([...BOTH, ...BOTH]), { minLength: DAYS.length - 1, maxLength: DAYS.length - 1 }),
      last: fc.shuffledSubarray([...BOTH], { minLength: BOTH.length, maxLength: BOTH.length }),
      shards: fc.constantFrom(1, 2),
    });
    const property = fc.asyncProperty(plan, async ({ changes, order, runs, last, shards }) => {
      await suite.empty();
      const clock = testClock();
      const whole = testLake();
      for (const day of DAYS) writeDay(whole, day, changes);
      await importAll(suite.database, whole, clock);
      await enrich(suite.database, clock, { asOf: AS_OF });
      await runStages(suite.database, clock);
      const expected = await ordersState(suite.database);

      await suite.empty();
      const lake = testLake();
      for (const [step, day] of order.entries()) {
        writeDay(lake, day, changes);
        await importAll(suite.database, lake, clock);
        await enrich(suite.database, clock, { asOf: AS_OF });
        for (const command of runs[step] ?? last) await runShards(command, shards);
      }
      expect(await ordersState(suite.database)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: RUNS[suite.dialect] });
  }, 180_000);

  async function runShards(command: OrdersCommand, shards: number): Promise<void> {
    for (let shard = shards; shard >= 1; shard--) await runStage(suite.database, testClock(), command, { shard: parseShard(`${shard}/${shards}`) });
  }
});

function writeDay(lake: ReturnType<typeof testLake>, day: number, changes: readonly Change[]): void {
  for (const brand of ['alpina', 'belmont']) {
    const rows = changes.map((one, index) => ({ one, index })).filter(({ one }) => one.day === day && brandOf(one) === brand);
    writeRows(lake, `2026030${day}T050000Z`, brand, ...(day === 1 ? [catalogRows()] : []), ...rows.map(({ one, index }) => rowsOf(one, index)));
  }
}

function brandOf({ number }: Change): string {
  return number % 2 === 0 ? 'belmont' : 'alpina';
}

function rowsOf(one: Change, index: number): Rows {
  const { number, day, what, email, place, date, amount, reference, status, isTest, deleted } = one;
  // The later of two changes is the newer one, also within a day.
  const common = { UpdatedDate: `2026-03-0${day} 04:00:${String(index).padStart(2, '0')}`, Deleted: String(deleted) };
  const all = (rows: Rows, change: ExportRow = {}): Rows =>
    Object.fromEntries(Object.entries(rows).map(([entity, list]) => [entity, list.map((row) => ({ ...row, ...common, ...change }))]));
  const customer = customerRows({ number, email });
  switch (what) {
    case 'customer':
      return all(customer, { Deleted: 'false' });
    case 'invoice':
      return all(invoiceRows(number, place, date, amount));
    case 'refund':
      return all(refundRows(number, place, date, amount, { Status: status }));
    case 'subscription':
      return all({ subscription: customer['subscription'] ?? [] }, { OrderReference__c: reference });
    case 'contact':
      return all({ contact: customer['contact'] ?? [] });
    case 'account':
      return all({ account: customer['account'] ?? [] }, { Test__c: isTest });
    case 'product':
      return all(catalogRows(), { ProductName: `Tea ${amount}`, Deleted: 'false' });
  }
}
