import { beforeEach, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { replaceIdKey } from '../../../src/orders/ids/id-key.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { catalogRows, customerLake, customerRows, idsOf, writeRows, type Rows } from '../../support/rows/customers.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { hexId, testLake } from '../../support/lakes/lake.ts';
import { bareCustomerRows, fill, invoiceRows, recordingOutbox, refundRows, runStage, runStages } from '../../support/stages/orders.ts';

const FIRST = '20260301T050000Z';
const SECOND = '20260302T050000Z';
const THIRD = '20260303T050000Z';

interface Version {
  readonly version: number;
  readonly public_id: string;
  readonly doc: string | null;
  readonly account_id: string;
  readonly created_run: string;
}

describeEachDatabase('order documents', (suite) => {
  beforeEach(() => suite.empty());

  const versions = (): Promise<Version[]> => suite.database.read((knex) => knex<Version>('order_documents').orderBy(['account_id', 'order_id', 'version']));

  test('are withdrawn with an audit entry when all chains are deleted, and go on with their numbers when they come back', async () => {
    const clock = testClock();
    const lake = testLake();
    const { subscription: [subscription = {}] = [], ...others } = bareCustomerRows(1);
    writeRows(lake, FIRST, 'alpina', catalogRows(), { ...others, subscription: [subscription] });
    await fill(suite.database, lake, clock);
    const outbox = recordingOutbox();
    await runStages(suite.database, clock, undefined, { outbox });
    writeRows(lake, SECOND, 'alpina', { subscription: [{ ...subscription, Deleted: 'true', UpdatedDate: '2026-03-02 04:00:00' }] });
    await fill(suite.database, lake, clock);
    const attributedFirst = await runStage(suite.database, clock, 'attribute-refunds', { outbox });
    expect(attributedFirst.totals).toMatchObject({ documents: {} });
    const withdrawn = await runStage(suite.database, clock, 'assemble-orders', { outbox });
    expect(withdrawn.totals).toMatchObject({ documents: { withdrawn: { alpina: 1 } }, relays: 1 });
    expect(await suite.database.read((knex) => knex('orders'))).toEqual([]);
    const audit = await suite.database.read((knex) => knex<{ entity: string; action: string; delta: string }>('audit_log').where({ entity: 'order.document' }));
    expect(audit.map(({ action, delta }) => [action, (JSON.parse(delta) as { version: unknown }).version])).toEqual([['delete', [1, 2]]]);

    writeRows(lake, THIRD, 'alpina', { subscription: [{ ...subscription, UpdatedDate: '2026-03-03 04:00:00' }] });
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock, undefined, { outbox });
    const stored = await versions();
    expect(stored.map(({ version, doc }) => [version, doc === null])).toEqual([[1, false], [2, true], [3, false]]);
    expect(stored[2]?.doc).toBe(stored[0]?.doc);
    expect(outbox.events.map(({ kind, version }) => [kind, version])).toEqual([['order.assembled', 1], ['order.withdrawn', 2], ['order.assembled', 3]]);
  });

  test('tell the outbox once of each new version, with its kind, its person and the document', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }, { number: 2, brand: 'belmont' }]);
    await fill(suite.database, lake, clock);
    const outbox = recordingOutbox();
    const rehearsal = await runStage(suite.database, clock, 'assemble-orders', { outbox, dryRun: true });
    expect([outbox.events, rehearsal.totals['relays']]).toEqual([[], 0]);
    const [assembled, attributed] = await runStages(suite.database, clock, undefined, { outbox });
    await runStages(suite.database, clock, undefined, { outbox });
    expect([assembled?.totals['relays'], attributed?.totals['relays']]).toEqual([2, 2]);
    const stored = await versions();
    expect(outbox.events.map(({ kind, version }) => `${kind} ${version}`).sort()).toEqual(['order.assembled 1', 'order.assembled 1', 'order.changed 2', 'order.changed 2']);
    expect(new Set(outbox.events.map(({ dedupeKey }) => dedupeKey))).toEqual(new Set(stored.map(({ public_id: id, version }) => `${id}:${version}`)));
    for (const event of outbox.events) {
      const row = stored.find(({ public_id: id, version }) => id === event.subjectId && version === event.version);
      const account = await suite.database.read((knex) => knex<{ account_id: string; person_id: string; brand: string }>('enriched_accounts').where({ account_id: row?.account_id ?? '' }).first());
      expect(event).toMatchObject({ personId: account?.person_id, brand: account?.brand });
      expect(JSON.parse(event.payload)).toEqual({ type: event.kind, timestamp: '2026-11-20T05:00:00.000Z', version: event.version, data: JSON.parse(row?.doc ?? '') });
      expect(event.payload).toContain(String(row?.doc));
    }
  });

  test('are left alone by a run that is rolled back, as are the relays', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake(FIRST, [{ number: 1 }]), clock);
    const outbox = { enqueue: () => Promise.reject(new HubError('unexpected', 'no_relay', 'No relay today.')) };
    await expect(runStage(suite.database, clock, 'assemble-orders', { outbox })).rejects.toMatchObject({ code: 'no_relay' });
    for (const table of ['order_documents', 'orders', 'persons', 'audit_log']) expect(await suite.database.read((knex) => knex(table).where(table === 'audit_log' ? { entity: 'order.order' } : {}))).toEqual([]);
  });

  test('change exactly for the buyers of a product that was renamed', async () => {
    const clock = testClock();
    const coffee = { Id: hexId(0xcb0), ProductRatePlanId: hexId(0xcb2), ProductId: hexId(0xcb1), ProductSKU: 'COFFEE', ProductName: 'Coffee', ProductRatePlanName: 'FE | Coffee' };
    const lake = testLake();
    const drinker = customerRows({ number: 3, plan: 'FE | Coffee' });
    const inOf = (entity: string, change: Readonly<Record<string, string>>): Rows => ({ [entity]: (drinker[entity] ?? []).map((row) => ({ ...row, ...change })) });
    writeRows(
      lake, FIRST, 'alpina', catalogRows({ ProductName: 'Tea' }), { product_charge: catalogRows(coffee)['product_charge'] ?? [] },
      bareCustomerRows(1), customerRows({ number: 2 }),
      { ...drinker, ...inOf('rate_plan', { ProductRatePlanId: coffee.ProductRatePlanId, ProductId: coffee.ProductId }), ...inOf('rate_plan_charge', { ProductRatePlanChargeId: coffee.Id }), ...inOf('invoice_item', { ProductRatePlanChargeId: coffee.Id }) },
    );
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    const before = await versions();
    writeRows(lake, SECOND, 'alpina', catalogRows({ ProductName: 'Green tea', UpdatedDate: '2026-03-02 04:00:00' }));
    await fill(suite.database, lake, clock);
    const [assembled] = await runStages(suite.database, clock);
    expect(assembled?.totals).toMatchObject({ documents: { changed: { alpina: 2 } } });
    const added = (await versions()).filter((row) => !before.some(({ public_id: id, version }) => id === row.public_id && version === row.version));
    expect(added.map(({ account_id: account }) => account).sort()).toEqual([idsOf(1).account, idsOf(2).account]);
    for (const { doc } of added) expect(doc).toContain('"product":"Green tea"');
    expect((await versions()).filter(({ account_id: account }) => account === idsOf(3).account).at(-1)?.doc).toContain('"product":"Coffee"');
  });

  test('show of a refund only the part that concerns their order', async () => {
    const clock = testClock();
    const lake = testLake();
    writeRows(lake, FIRST, 'alpina', catalogRows(), bareCustomerRows(1), invoiceRows(1, 1, '2026-02-05', '30.00'), refundRows(1, 2, '2026-03-20', '45.00'));
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    const doc = JSON.parse((await versions()).at(-1)?.doc ?? '') as { credit_notes: { amount: number; items: { amount: number }[] }[]; totals: Record<string, number> };
    expect(doc.credit_notes).toMatchObject([{ amount: 4500, items: [{ amount: 3000 }] }]);
    expect(doc.totals).toMatchObject({ credited: 3000, refunded: 3000 });
    const account = await suite.database.read((knex) => knex<Record<string, unknown>>('customer_accounts').first());
    expect(account).toMatchObject({ credited: 4500, refunded: 4500, unallocated: 1500 });
  });

  test('that break the published schema leave their person out, with order and place, and nothing of it stays', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake(FIRST, [{ number: 1 }]), clock);
    await suite.database.write((tx) => tx('enriched_charges').update({ category: 'mystery' }));
    expect(await runStage(suite.database, clock, 'assemble-orders')).toMatchObject({
      status: 'refused',
      totals: { undecidable: 1 },
      warnings: [expect.stringMatching(/The document of order ord_[0-9a-f]{24} breaks its schema .*: \/items\/0\/category must be equal to one of the allowed values\./)],
    });
    for (const table of ['orders', 'order_documents']) expect(await suite.database.read((knex) => knex(table))).toEqual([]);
  });

  test('have ids that depend on the key alone, so that another key changes them and nothing else', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake(FIRST, [{ number: 1 }]), clock);
    await runStages(suite.database, clock);
    const idKey = 'another key of the tests, as long as one must be';
    await suite.database.write((tx) => replaceIdKey(tx, idKey, clock.now()));
    const [report] = await runStages(suite.database, clock, undefined, { idKey });
    expect(report?.totals).toMatchObject({ taken_up_whole: 'program_or_configuration_changed', changed_fields: { 'orders.public_id': 1, 'persons.public_id': 1 } });
  });
});
