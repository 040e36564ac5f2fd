import { beforeEach, expect, test } from '@jest/globals';

import { enrichedTables, tableNames } from '../../src/enriched/records/enriched-tables.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, idsOf } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich, enrichedState, importAll } from '../support/stages/enrich.ts';
import { dumpTables } from '../support/databases/tables.ts';
import { addByHand, changeByHand, deleteByHand } from '../support/databases/tampering.ts';

const LAKE = customerLake('20260301T050000Z', [{ number: 1 }, { number: 2, brand: 'belmont' }, { number: 3, status: 'Cancelled', cancelled: '2026-02-01' }]);
const BOGUS = 'b0905'.padEnd(32, '0');
/** A column of each table that a hand may have changed. */
const COLUMNS: Readonly<Record<(typeof tableNames)[number], Record<string, string | number>>> = {
  accounts: { is_test: 1, evidence: 'no JSON' },
  subscriptions: { lifecycle: 'suspended', is_active: 0 },
  charges: { quantity: '7.5' },
  products: { category: 'fee' },
  invoices: { amount: 1 },
  invoice_lines: { unit_price: '1' },
  payments: { effective_date: '1999-12-31' },
  payment_applications: { amount: 1 },
  refunds: { kind: 'regular' },
  refund_applications: { amount: 1 },
  credits: { amount: 1 },
};

describeEachDatabase('a recomputation of enriched records', (suite) => {
  const clock = testClock();

  beforeEach(async () => {
    await suite.empty();
    await importAll(suite.database, LAKE, clock);
    await enrich(suite.database, clock);
  });

  test('mends what was changed, deleted and added by hand in any table, which an ordinary run does not', async () => {
    const right = await enrichedState(suite.database);
    const filled = tableNames.filter((name) => right[enrichedTables[name].name]?.length !== 0);
    expect(filled.length).toBeGreaterThan(7);
    for (const name of filled) await changeByHand(suite.database, enrichedTables[name].name, { brand: 'alpina' }, COLUMNS[name]);
    await enrich(suite.database, clock);
    const wrong = await enrichedState(suite.database);
    for (const name of filled) expect(wrong[enrichedTables[name].name]).not.toEqual(right[enrichedTables[name].name]);
    await enrich(suite.database, clock, { recompute: true });
    expect(await enrichedState(suite.database)).toEqual(right);

    for (const name of filled) {
      const { name: table, keys } = enrichedTables[name];
      for (const key of keys) await addByHand(suite.database, table, { brand: 'alpina' }, { [key]: key === 'credit_type' ? 'other' : BOGUS });
    }
    await enrich(suite.database, clock, { recompute: true });
    expect(await enrichedState(suite.database)).toEqual(right);

    for (const name of filled) await deleteByHand(suite.database, enrichedTables[name].name, { brand: 'alpina' });
    await enrich(suite.database, clock, { recompute: true });
    expect(await enrichedState(suite.database)).toEqual(right);
    expect((await enrich(suite.database, clock, { recompute: true })).totals).toMatchObject({ mended: 0, persons: 3, taken_up_whole: { alpina: 'recompute' } });
  });

  test('takes only the accounts and brands that are asked for, with audit entries', async () => {
    const lifecycleOf = (number: number) => suite.database.read((knex) => knex('enriched_subscriptions').where({ account_id: idsOf(number).account }).pluck<string[]>('lifecycle'));
    const was = await lifecycleOf(1);
    await changeByHand(suite.database, 'enriched_subscriptions', {}, { lifecycle: 'suspended' });
    const report = await enrich(suite.database, clock, { recompute: true, accounts: [idsOf(1).account] });
    expect(report.totals).toMatchObject({ persons: 1, mended: 1, changed_fields: { 'subscriptions.lifecycle': 1 } });
    expect([await lifecycleOf(1), await lifecycleOf(2), await lifecycleOf(3)]).toEqual([was, ['suspended'], ['suspended']]);
    const entries = await suite.database.read((knex) => knex('audit_log').where({ run_id: report.run_id }).select('entity', 'entity_id', 'action', 'delta'));
    expect(entries).toEqual([{ entity: 'enriched.subscription', entity_id: idsOf(1).subscription, action: 'update', delta: '{"lifecycle":["suspended","active"]}' }]);
    await enrich(suite.database, clock, { recompute: true, brands: ['belmont'] });
    expect([await lifecycleOf(2), await lifecycleOf(3)]).toEqual([['active'], ['suspended']]);
  });

  test('says as a dry run what would be mended, and changes nothing', async () => {
    await changeByHand(suite.database, 'enriched_subscriptions', { brand: 'alpina' }, { lifecycle: 'suspended' });
    const before = await dumpTables(suite.database);
    expect((await enrich(suite.database, clock, { recompute: true, dryRun: true })).totals).toMatchObject({ mended: 2, updated: 2 });
    expect(await dumpTables(suite.database)).toEqual(before);
  });
});
