import { beforeEach, expect, test } from '@jest/globals';

import { findOrderHistory } from '../../../src/orders/history/history.repository.ts';
import { auditHistory } from '../../../src/engine/records/audit.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { customerLake, customerRows, idsOf, writeRows } from '../../support/rows/customers.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { enrich, importAll } from '../../support/stages/enrich.ts';
import { fill, runStages } from '../../support/stages/orders.ts';

describeEachDatabase('findOrderHistory', (suite) => {
  beforeEach(() => suite.empty());

  test('puts the raw, enriched and order entries of a refund into one history, with its credit note', async () => {
    const clock = testClock();
    const { refund: id } = idsOf(1);
    const lake = customerLake('20260301T050000Z', [{ number: 1 }]);
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    const before = await findOrderHistory(suite.database, 'refund', id);
    expect(before?.places.map(({ table, says }) => `${table}: ${says}`)).toEqual([
      'credit_notes: goodwill refund of 1.00 EUR',
      `credit_note_items: 1.00 EUR to invoice ${idsOf(1).invoice}, line ${idsOf(1).line}: account, inferred`,
    ]);
    const { refund = [] } = customerRows({ number: 1, updated: '2026-03-02 04:00:00' });
    writeRows(lake, '20260302T050000Z', 'alpina', { refund: refund.map((row) => ({ ...row, Amount: '2.00' })) });
    // Entries of the audit log are told apart by when they were made.
    clock.advance(60_000);
    await importAll(suite.database, lake, clock);
    clock.advance(60_000);
    await enrich(suite.database, clock);
    clock.advance(60_000);
    await runStages(suite.database, clock);
    const changes = await auditHistory(suite.database, ['refund', ...(before?.audited ?? [])], id);
    expect(changes.map(({ action, entity }) => `${action} ${entity}`)).toEqual([
      ...['update raw.refund', 'update enriched.refund', 'update order.credit_note', 'update order.credit_note_item'],
    ]);
  });

  test('finds orders with the versions of their document, items and persons by the ids that left hub', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake('20260301T050000Z', [{ number: 1 }]), clock);
    await runStages(suite.database, clock);
    const publicOf = async (table: string): Promise<string> => (await suite.database.read((knex) => knex(table).first<{ public_id: string }>('public_id'))).public_id;
    const order = await findOrderHistory(suite.database, 'order', await publicOf('orders'));
    expect(order?.places.map(({ table, says }) => `${table}: ${says}`)).toEqual(['orders: active', 'order_documents: version 1', 'order_documents: version 2']);
    expect((await auditHistory(suite.database, order?.audited ?? [], order?.id ?? '')).map(({ entity }) => entity)).toEqual(['order.order', 'order.document']);
    for (const [name, table] of [['item', 'order_items'], ['person', 'persons'], ['customer_account', 'customer_accounts'], ['credit_note', 'credit_notes']] as const) {
      const found = await findOrderHistory(suite.database, name, await publicOf(table));
      expect([name, found?.places[0]?.table, found?.id]).not.toContain(undefined);
      expect(found?.places[0]?.table).toBe(table);
    }
    expect(await findOrderHistory(suite.database, 'invoice', 'x')).toBeUndefined();
  });
});
