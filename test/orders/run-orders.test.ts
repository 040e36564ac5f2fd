import { beforeEach, expect, test } from '@jest/globals';

import { parseShard } from '../../src/core/shard.ts';
import { testClock } from '../support/suite/clock.ts';
import { catalogRows, customerLake, customerRows, idsOf, writeRows, type Rows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { countsOf } from '../support/stages/enrich.ts';
import { testLake, type TestLake } from '../support/lakes/lake.ts';
import { BOTH, bareCustomerRows, fill, forgetOrders, furtherIds, invoiceRows, ordersState, refundRows, runStages } from '../support/stages/orders.ts';
import { dumpTables } from '../support/databases/tables.ts';

const FIRST = '20260301T050000Z';
const SECOND = '20260302T050000Z';
const LATER = '2026-03-02 04:00:00';

describeEachDatabase('runOrders', (suite) => {
  beforeEach(() => suite.empty());

  const rowsOf = (table: string, where: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>[]> =>
    suite.database.read((knex) => knex<Record<string, unknown>>(table).where(where));
  const oneOf = async (table: string, where: Readonly<Record<string, string>>): Promise<Record<string, unknown>> => {
    const rows = await rowsOf(table, where);
    expect(rows).toHaveLength(1);
    return rows[0] ?? {};
  };
  const auditOf = async (id: string): Promise<{ what: string; delta: Record<string, unknown> }[]> => {
    const rows = await suite.database.read((knex) => knex<Record<string, string>>('audit_log').where({ entity_id: id }).orderBy(['at', 'run_id', 'seq']));
    const ofStage = rows.filter(({ entity }) => entity?.startsWith('order.'));
    return ofStage.map(({ action, entity, delta }) => ({ what: `${String(action)} ${String(entity)}`, delta: JSON.parse(delta ?? '{}') as Record<string, unknown> }));
  };
  /** Where the parts of a refund went: line and amount, in order. */
  const partsOf = async (refund: string): Promise<unknown[]> => {
    const rows = await suite.database.read((knex) => knex<Record<string, unknown>>('credit_note_items').where({ refund_id: refund }).orderBy('item_no'));
    return rows.map((row) => [row['invoice_line_id'], row['amount']]);
  };

  test('makes persons, accounts, orders, items, documents and credit notes of the enriched records', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake(FIRST, [{ number: 1 }]), clock);
    await runStages(suite.database, clock);
    const { person_id: person } = await oneOf('enriched_accounts', { account_id: idsOf(1).account });
    expect(await oneOf('persons', {})).toMatchObject({ person_id: person });
    const totals = { invoiced: 990, credited: 100, paid: 990, refunded: 100, balance: 0, outstanding: 0, currency: 'EUR' };
    expect(await oneOf('customer_accounts', {})).toMatchObject({ person_id: person, market: 'AT', country: 'AT', unallocated: 0, ...totals });
    expect(await oneOf('orders', {})).toMatchObject({ person_id: person, status: 'active', ordered_at: '2026-01-01', is_new_customer: 1, ...totals });
    expect(await oneOf('order_items', {})).toMatchObject({ chain_id: idsOf(1).subscription, sku: 'TEA', funnel_step: 'frontend', unit_price: 990, ...totals });
    expect(await oneOf('credit_notes', {})).toMatchObject({ refund_id: idsOf(1).refund, kind: 'goodwill', amount: 100, credited: 100, unallocated: 0 });
    expect(await oneOf('credit_note_items', {})).toMatchObject({ invoice_line_id: idsOf(1).line, amount: 100, method: 'account', confidence: 'inferred' });
    const versions = await rowsOf('order_documents');
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    const doc = JSON.parse(String(versions[1]?.['doc'])) as Record<string, unknown>;
    expect(doc).toMatchObject({ schema: 'order.v1', totals: { credited: 100 }, credit_notes: [{ amount: 100, kind: 'goodwill' }], refunds: [{ amount: 100 }] });
  });

  test('comes to the same whichever command runs first, and whatever the order of the shards', async () => {
    const clock = testClock();
    await fill(suite.database, household(), clock);
    await runStages(suite.database, clock);
    const expected = await ordersState(suite.database);
    expect(expected['credit_notes']).toHaveLength(5);

    await forgetOrders(suite.database);
    await runStages(suite.database, clock, ['attribute-refunds', 'assemble-orders']);
    expect(await ordersState(suite.database)).toEqual(expected);
    expect((await rowsOf('order_documents')).every(({ version }) => version === 1)).toBe(true);

    await forgetOrders(suite.database);
    const persons = [];
    for (const shard of ['3/3', '1/3', '2/3']) {
      const reports = await runStages(suite.database, clock, [...BOTH].reverse(), { shard: parseShard(shard) });
      persons.push(...reports.map(({ totals }) => Number(totals['persons'])));
    }
    expect(persons.reduce((sum, count) => sum + count, 0)).toBe(4 + 4);
    expect(await ordersState(suite.database)).toEqual(expected);
  });

  test('comes to the same whatever the order in which the batches come', async () => {
    const clock = testClock();
    const days: readonly Rows[] = [
      bareCustomerRows(1, { reference: 'REF-1' }),
      invoiceRows(1, 1, '2026-01-05', '30.00'),
      invoiceRows(1, 2, '2026-02-05', '30.00'),
      refundRows(1, 3, '2026-02-20', '40.00'),
      refundRows(1, 4, '2026-02-10', '15.00'),
    ];
    const states = [];
    for (const order of [[0, 1, 2, 3, 4], [4, 3, 1, 0, 2]]) {
      await suite.empty();
      const lake = testLake();
      writeRows(lake, FIRST, 'alpina', catalogRows());
      for (const day of order) {
        writeRows(lake, `2026030${day + 2}T050000Z`, 'alpina', days[day] ?? {});
        await fill(suite.database, lake, clock);
        await runStages(suite.database, clock);
      }
      states.push(await ordersState(suite.database));
    }
    expect(states[0]?.['credit_note_items']).toHaveLength(3);
    expect(states[1]).toEqual(states[0]);
  });

  test('writes nothing in a second run, and takes nobody up', async () => {
    const clock = testClock();
    await fill(suite.database, household(), clock);
    await runStages(suite.database, clock);
    const tables = ['persons', 'customer_accounts', 'orders', 'order_items', 'order_documents', 'order_changes', 'credit_notes', 'credit_note_items', 'audit_log', 'order_queue'];
    const before = await dumpTables(suite.database, tables);
    for (const report of await runStages(suite.database, clock)) expect(report.totals).toMatchObject({ persons: 0, inserted: 0, updated: 0, deleted: 0, documents: {} });
    for (const report of await runStages(suite.database, clock, BOTH, { version: '0.0.1' })) {
      expect(report.totals).toMatchObject({ persons: 4, taken_up_whole: 'program_or_configuration_changed', documents: {} });
      expect(countsOf(report)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    }
    expect(await dumpTables(suite.database, tables)).toEqual(before);
  });

  test('moves later refunds, with audit entries, when an earlier one arrives late', async () => {
    const clock = testClock();
    const lake = twoInvoices(refundRows(1, 4, '2026-03-21', '30.00'));
    const [older, newer] = [furtherIds(1, 1), furtherIds(1, 2)];
    const [early, late] = [furtherIds(1, 3).refund, furtherIds(1, 4).refund];
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    expect(await partsOf(late)).toEqual([[newer.line, 3000]]);
    writeRows(lake, SECOND, 'alpina', refundRows(1, 3, '2026-03-20', '30.00', { UpdatedDate: LATER }));
    clock.advance(60_000);
    await fill(suite.database, lake, clock);
    const [, attributed] = await runStages(suite.database, clock);
    expect(await partsOf(early)).toEqual([[newer.line, 3000]]);
    expect(await partsOf(late)).toEqual([[older.line, 3000]]);
    expect(attributed?.totals).toMatchObject({ changed_fields: { 'credit_note_items.invoice_line_id': 1, 'credit_note_items.invoice_id': 1 } });
    expect(await auditOf(late)).toEqual([
      { what: 'update order.credit_note_item', delta: { invoice_id: [newer.invoice, older.invoice], invoice_line_id: [newer.line, older.line] } },
    ]);
    expect(await oneOf('orders', {})).toMatchObject({ invoiced: 6000, credited: 6000, refunded: 6000 });
  });

  test('withdraws the credit note of a refund that was cancelled', async () => {
    const clock = testClock();
    const lake = twoInvoices(refundRows(1, 3, '2026-03-20', '40.00'));
    const { refund } = furtherIds(1, 3);
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    expect(await oneOf('orders', {})).toMatchObject({ invoiced: 6000, credited: 4000, refunded: 4000 });
    writeRows(lake, SECOND, 'alpina', refundRows(1, 3, '2026-03-20', '40.00', { Status: 'Canceled', UpdatedDate: LATER }));
    clock.advance(60_000);
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    expect([...(await rowsOf('credit_notes')), ...(await rowsOf('credit_note_items'))]).toEqual([]);
    expect((await auditOf(refund)).map(({ what }) => what)).toEqual(['delete order.credit_note', 'delete order.credit_note_item', 'delete order.credit_note_item']);
    for (const table of ['orders', 'order_items', 'customer_accounts']) expect(await oneOf(table, {})).toMatchObject({ invoiced: 6000, credited: 0, refunded: 0 });
    const newest = (await rowsOf('order_documents')).sort((a, b) => Number(a['version']) - Number(b['version'])).at(-1);
    expect(JSON.parse(String(newest?.['doc']))).toMatchObject({ credit_notes: [], refunds: [], totals: { credited: 0 } });
  });

  test('moves orders to the other person when an e-mail changes; their documents go on', async () => {
    const clock = testClock();
    const shared = 'anna@mail.invalid';
    const lake = customerLake(FIRST, [{ number: 1, email: shared }, { number: 2, email: shared, brand: 'belmont' }, { number: 3, email: 'berta@mail.invalid' }]);
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    const personOf = async (number: number): Promise<string> => String((await oneOf('enriched_accounts', { account_id: idsOf(number).account }))['person_id']);
    const [anna, berta] = [await personOf(1), await personOf(3)];
    expect((await rowsOf('customer_accounts', { person_id: anna })).map(({ brand }) => brand).sort()).toEqual(['alpina', 'belmont']);
    expect(await oneOf('orders', { account_id: idsOf(2).account })).toMatchObject({ person_id: anna });

    const { contact = [] } = customerRows({ number: 2, email: 'berta@mail.invalid', updated: LATER });
    writeRows(lake, SECOND, 'belmont', { contact });
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    expect(await personOf(2)).toBe(berta);
    for (const table of ['orders', 'order_items', 'credit_notes']) expect(await oneOf(table, { account_id: idsOf(2).account })).toMatchObject({ person_id: berta });
    expect((await rowsOf('customer_accounts', { person_id: anna })).map(({ brand }) => brand)).toEqual(['alpina']);
    expect((await rowsOf('customer_accounts', { person_id: berta })).map(({ brand }) => brand).sort()).toEqual(['alpina', 'belmont']);
    const versions = (await rowsOf('order_documents', { account_id: idsOf(2).account })).sort((a, b) => Number(a['version']) - Number(b['version']));
    expect(versions.map(({ version, doc }) => [version, doc === null])).toEqual([[1, false], [2, false], [3, false]]);
    expect(new Set(versions.map(({ public_id: id }) => id)).size).toBe(1);
    expect((JSON.parse(String(versions[2]?.['doc'])) as { customer: unknown }).customer).not.toEqual((JSON.parse(String(versions[1]?.['doc'])) as { customer: unknown }).customer);

    const state = await ordersState(suite.database);
    await forgetOrders(suite.database);
    await runStages(suite.database, clock);
    expect(await ordersState(suite.database)).toEqual(state);
  });

  test('removes the person whose last account went to another one', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1, email: 'anna@mail.invalid' }, { number: 2, email: 'berta@mail.invalid' }]);
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    writeRows(lake, SECOND, 'alpina', { contact: customerRows({ number: 1, email: 'berta@mail.invalid', updated: LATER }).contact ?? [] });
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    const { person_id: berta } = await oneOf('persons', {});
    expect(await oneOf('customer_accounts', {})).toMatchObject({ person_id: berta, invoiced: 1980, credited: 200 });
    expect((await rowsOf('orders')).map(({ person_id: person }) => person)).toEqual([berta, berta]);
    const deleted = (await rowsOf('audit_log', { action: 'delete' })).map(({ entity }) => entity).sort();
    expect(deleted.filter((entity) => String(entity).startsWith('order.'))).toEqual(['order.customer_account', 'order.person']);
  });
});

/** Four persons: one in two brands with two orders, one with goodwill and product refunds. */
function household(): TestLake {
  const shared = 'anna@mail.invalid';
  const lake = customerLake(FIRST, [{ number: 1, email: shared }, { number: 2, email: shared, brand: 'belmont' }, { number: 3 }, { number: 4 }]);
  writeRows(lake, SECOND, 'alpina', bareCustomerRows(5, { reference: 'REF-5' }), invoiceRows(5, 1, '2026-01-05', '30.00'), invoiceRows(5, 2, '2026-02-05', '30.00'), refundRows(5, 3, '2026-03-20', '70.00'));
  return lake;
}

/** A customer with two paid invoices of one product, and what is added. */
function twoInvoices(more: Rows): TestLake {
  const lake = testLake();
  writeRows(lake, FIRST, 'alpina', catalogRows(), bareCustomerRows(1), invoiceRows(1, 1, '2026-02-05', '30.00'), invoiceRows(1, 2, '2026-03-05', '30.00'), more);
  return lake;
}
