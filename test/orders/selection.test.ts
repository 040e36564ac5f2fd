import { beforeEach, expect, test } from '@jest/globals';

import type { LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { catalogRows, customerLake, customerRows, idsOf, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { countsOf } from '../support/stages/enrich.ts';
import { testLake } from '../support/lakes/lake.ts';
import { BOTH, bareCustomerRows, fill, runStage, runStages } from '../support/stages/orders.ts';
import { dumpTables } from '../support/databases/tables.ts';

const FIRST = '20260301T050000Z';
const SECOND = '20260302T050000Z';
const date = (text: string): LocalDate => text as LocalDate;

describeEachDatabase('the persons that a run takes up', (suite) => {
  beforeEach(() => suite.empty());

  const accountsIn = async (table: string): Promise<string[]> =>
    [...new Set(await suite.database.read((knex) => knex(table).pluck<string[]>('account_id')))].sort();
  const marks = (): Promise<string[]> => suite.database.read((knex) => knex('stage_marks').whereIn('stage', BOTH).pluck<string[]>('stage'));

  test('are those of chosen accounts and brands, whole, and the marks stay where they are', async () => {
    const clock = testClock();
    const shared = 'anna@mail.invalid';
    const customers = [{ number: 1, email: shared }, { number: 2, email: shared, brand: 'belmont' }, { number: 3 }, { number: 4, brand: 'corvina' }];
    const lake = customerLake(FIRST, customers);
    writeRows(lake, SECOND, 'belmont', bareCustomerRows(6));
    await fill(suite.database, lake, clock);
    expect((await runStage(suite.database, clock, 'assemble-orders', { accounts: [idsOf(1).account] })).totals).toMatchObject({ persons: 1 });
    expect(await accountsIn('orders')).toEqual([idsOf(1).account, idsOf(2).account]);
    expect((await runStage(suite.database, clock, 'assemble-orders', { brands: ['corvina'] })).totals).toMatchObject({ persons: 1 });
    expect(await accountsIn('orders')).toEqual([idsOf(1).account, idsOf(2).account, idsOf(4).account]);
    expect((await runStage(suite.database, clock, 'attribute-refunds', { brands: ['belmont'] })).totals).toMatchObject({ persons: 1 });
    expect(await accountsIn('credit_notes')).toEqual([idsOf(1).account, idsOf(2).account]);
    expect(await marks()).toEqual([]);
    await expect(runStage(suite.database, clock, 'assemble-orders', { accounts: ['nobody'] })).rejects.toMatchObject({ code: 'unknown_account' });
    expect((await runStages(suite.database, clock)).map(({ totals }) => totals['persons'])).toEqual([4, 3]);
    expect((await marks()).sort()).toEqual([...BOTH]);
  });

  test('are those with facts of the dates asked for: for attribute-refunds, with refunds of them', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }]);
    const moved = customerRows({ number: 2 });
    writeRows(lake, FIRST, 'belmont', { ...moved, refund: (moved['refund'] ?? []).map((row) => ({ ...row, RefundDate: '2026-03-10' })) });
    await fill(suite.database, lake, clock);
    const range = { from: date('2026-03-10'), to: date('2026-03-11') };
    for (const command of BOTH) expect((await runStage(suite.database, clock, command, { range, dryRun: true })).totals).toMatchObject({ persons: 1 });
    const before = { from: date('2026-03-09'), to: date('2026-03-10') };
    for (const command of BOTH) expect((await runStage(suite.database, clock, command, { range: before })).totals).toMatchObject({ persons: 0 });
    const invoices = { from: date('2026-01-01'), to: date('2026-01-02') };
    expect((await runStage(suite.database, clock, 'attribute-refunds', { range: invoices })).totals).toMatchObject({ persons: 0 });
    expect((await runStage(suite.database, clock, 'assemble-orders', { range: invoices })).totals).toMatchObject({ persons: 2 });
    expect(await marks()).toEqual([]);
  });

  test('are not those who are test data: they get no person, account, order, document or credit note', async () => {
    const clock = testClock();
    const lake = testLake();
    const { account = [], ...others } = customerRows({ number: 1 });
    writeRows(lake, FIRST, 'alpina', catalogRows(), { ...others, account: account.map((row) => ({ ...row, Test__c: 'true' })) });
    await fill(suite.database, lake, clock);
    const [assembled] = await runStages(suite.database, clock);
    expect(assembled?.totals).toMatchObject({ persons: 1, test_accounts_left_out: 1, documents: {} });
    const tables = ['persons', 'customer_accounts', 'orders', 'order_items', 'order_documents', 'credit_notes', 'credit_note_items'];
    for (const table of tables) expect(await suite.database.read((knex) => knex(table))).toEqual([]);

    writeRows(lake, SECOND, 'alpina', { account: account.map((row) => ({ ...row, UpdatedDate: '2026-03-02 04:00:00' })) });
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    for (const table of tables) expect((await suite.database.read((knex) => knex(table))).length).toBeGreaterThan(0);
    writeRows(lake, '20260303T050000Z', 'alpina', { account: account.map((row) => ({ ...row, Test__c: 'true', UpdatedDate: '2026-03-03 04:00:00' })) });
    await fill(suite.database, lake, clock);
    const [again] = await runStages(suite.database, clock);
    expect(again?.totals).toMatchObject({ documents: { withdrawn: { alpina: 1 } } });
    for (const table of tables.filter((name) => name !== 'order_documents')) expect(await suite.database.read((knex) => knex(table))).toEqual([]);
  });

  test('are decided in a dry run without a trace, and with the same counts', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }, { number: 2 }]);
    await fill(suite.database, lake, clock);
    const rehearse = async (): Promise<void> => {
      for (const command of BOTH) {
        const before = await dumpTables(suite.database);
        const rehearsed = await runStage(suite.database, clock, command, { dryRun: true });
        expect(await dumpTables(suite.database)).toEqual(before);
        const done = await runStage(suite.database, clock, command);
        expect(countsOf(rehearsed)).toEqual(countsOf(done));
        for (const total of ['persons', 'documents', 'changed_fields']) expect(rehearsed.totals[total]).toEqual(done.totals[total]);
        expect([rehearsed.items, rehearsed.dry_run]).toEqual([done.items, true]);
      }
    };
    await rehearse();
    const { refund = [] } = customerRows({ number: 1, updated: '2026-03-02 04:00:00' });
    writeRows(lake, SECOND, 'alpina', { refund: refund.map((row) => ({ ...row, Amount: '2.00' })), subscription: customerRows({ number: 2, status: 'Suspended', updated: '2026-03-02 04:00:00' }).subscription ?? [] });
    await fill(suite.database, lake, clock);
    await rehearse();
  });
});
