import { beforeEach, expect, test } from '@jest/globals';

import type { OrdersCommand } from '../../src/orders/queue.repository.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, idsOf } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { BOTH, fill, ordersState, recordingOutbox, runStage, runStages } from '../support/stages/orders.ts';
import { dumpTables, type TableDump } from '../support/databases/tables.ts';

const NUMBERS = Array.from({ length: 8 }, (_, index) => index + 1);

/** A table without the rows of a billing account; accounts of customers name theirs in a list. */
const without = (state: Record<string, TableDump>, account: string): Record<string, TableDump> =>
  Object.fromEntries(Object.entries(state).map(([table, rows]) => [table, rows.filter((row) => row['account_id'] !== account && !JSON.stringify(row['billing_accounts'] ?? '').includes(account))]));

describeEachDatabase('a person who cannot be decided', (suite) => {
  beforeEach(() => suite.empty());

  const set = (table: string, account: string, values: Readonly<Record<string, string | number>>): Promise<void> =>
    suite.database.write(async (tx) => {
      await tx(table).where({ account_id: account }).update(values);
      const [row] = await tx('enriched_accounts').where({ account_id: account }).select('person_id');
      await tx('counters').where({ name: 'change_no' }).increment('value', 1);
      const [counter] = await tx('counters').where({ name: 'change_no' }).select('value');
      await tx('enriched_changes').insert({ change_no: Number(counter?.value), person_id: row?.person_id }).onConflict(['change_no', 'person_id']).ignore();
    });
  /** A new price and a new refund amount, as the enrichment would note them. */
  const change = async (number: number): Promise<void> => {
    await set('enriched_charges', idsOf(number).account, { price: 1990 });
    await set('enriched_refunds', idsOf(number).account, { amount: 200 });
  };
  const undecidable = (): Promise<unknown[]> => suite.database.read((knex) => knex('undecidable').orderBy('stage').select('stage', 'brand', 'account_id'));

  test.each(BOTH)('stops nobody else of %s: it is left out and reported, keeps its rows, and is tried again', async (command: OrdersCommand) => {
    const clock = testClock();
    const account = idsOf(5).account;
    await fill(suite.database, customerLake('20260301T050000Z', NUMBERS.map((number) => ({ number }))), clock);
    await runStages(suite.database, clock);
    for (const number of NUMBERS) await change(number);
    // What enrich never writes: a version that the published schema does not allow.
    await set('enriched_subscriptions', account, { version: 0 });
    const before = await ordersState(suite.database);
    const outbox = recordingOutbox();

    const report = await runStage(suite.database, clock, command, { outbox });

    expect(report.status).toBe('refused');
    expect(report.totals).toMatchObject({ persons: 8, undecidable: 1, undecidable_accounts: [{ entity: 'account', brand: 'alpina', id: account, reason: expect.stringMatching(/^invalid_document: .* must be >= 1\.$/) }] });
    expect(report.warnings).toEqual([expect.stringContaining(`undecidable: account ${account} of alpina: invalid_document`)]);
    const poisoned = await ordersState(suite.database);
    expect(new Set(outbox.events.map(({ subjectId }) => subjectId)).size).toBe(7);
    expect(await undecidable()).toEqual([{ stage: command, brand: 'alpina', account_id: account }]);
    expect(await runStage(suite.database, clock, command)).toMatchObject({ status: 'refused', totals: { persons: 1, undecidable: 1 } });
    expect(await ordersState(suite.database)).toEqual(poisoned);

    await set('enriched_subscriptions', account, { version: 1 });
    expect(await runStage(suite.database, clock, command)).toMatchObject({ status: 'succeeded', totals: { persons: 1, undecidable: 0 } });
    expect(await undecidable()).toEqual([]);
    const clean = await ordersState(suite.database);
    expect(without(poisoned, account)).toEqual(without(clean, account));
    const own = (state: Record<string, TableDump>): unknown => Object.entries(state).map(([table, rows]) => [table, rows.filter((row) => row['account_id'] === account)]);
    expect(own(poisoned)).toEqual(own(before));
    expect(own(clean)).not.toEqual(own(before));
  });

  test('is forgotten with its account', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake('20260301T050000Z', [{ number: 1 }]), clock);
    await runStages(suite.database, clock);
    await set('enriched_subscriptions', idsOf(1).account, { version: 0 });
    await runStage(suite.database, clock, 'assemble-orders');
    expect(await undecidable()).toHaveLength(1);
    await suite.database.write((tx) => tx('enriched_accounts').delete());
    expect((await runStage(suite.database, clock, 'assemble-orders')).status).toBe('succeeded');
    expect(await undecidable()).toEqual([]);
  });

  test('is written by no dry run', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake('20260301T050000Z', [{ number: 1 }]), clock);
    await suite.database.write((tx) => tx('enriched_subscriptions').update({ version: 0 }));
    const before = await dumpTables(suite.database);
    expect(await runStage(suite.database, clock, 'assemble-orders', { dryRun: true })).toMatchObject({ status: 'refused', totals: { undecidable: 1 } });
    expect(await dumpTables(suite.database)).toEqual(before);
  });
});
