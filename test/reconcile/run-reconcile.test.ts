import { beforeEach, expect, test } from '@jest/globals';

import type { Reconciliation } from '../../src/reconcile/run-reconcile.ts';
import { billingEntities } from '../../src/sources/index.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, idsOf, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich, importAll } from '../support/stages/enrich.ts';
import { addSubscriber, bringOrdersUp, measureOf, reconcileAll, relayDocuments, stepsOf, whileTampered } from '../support/stages/reconcile.ts';
import { importLake } from '../support/stages/import.ts';
import { hexId, type ExportRow } from '../support/lakes/lake.ts';
import { dumpTables } from '../support/databases/tables.ts';

const CUSTOMERS = [
  { number: 1 },
  { number: 2, email: 'person1@mail.invalid' },
  { number: 3, status: 'Cancelled', cancelled: '2026-05-01' },
  { number: 4, cancelled: '2026-02-01' },
  { number: 5, email: 'qa+5@mail.invalid' },
  { number: 6, email: 'nowhere' },
  { number: 7, status: 'Expired' },
  { number: 8, brand: 'belmont', email: 'person1@mail.invalid' },
];

const crmSteps = ({ report }: Reconciliation): unknown => report.totals.bridges.find(({ name }) => name === 'hub_crm:crm')?.steps.map(({ reason, change }) => [reason, change]);

describeEachDatabase('a reconciliation', (suite) => {
  const clock = testClock();

  beforeEach(async () => {
    await suite.empty();
    await importAll(suite.database, customerLake('20260301T050000Z', CUSTOMERS), clock);
    await enrich(suite.database, clock);
    await bringOrdersUp(suite.database, clock);
  });

  test('explains every difference between billing, hub and persons by exactly one reason', async () => {
    const found = await reconcileAll(suite.database, clock);

    expect(found.report.status).toBe('succeeded');
    expect(measureOf(found, 'billing')).toBe(6);
    expect(stepsOf(found, 'billing_hub')).toEqual({ cancellation_passed: -1, test_data: -1, cancelled_in_future: 1 });
    expect(measureOf(found, 'hub')).toBe(5);
    expect(stepsOf(found, 'hub_persons')).toEqual({ several_subscriptions: -1 });
    expect(measureOf(found, 'persons')).toBe(4);
    expect(found.report.totals.persons_over_all_brands).toBe(3);
    expect(found.report.totals.left_out).toEqual({ test_accounts: { alpina: 1 }, test_subscriptions: 1 });
  });

  test('says who of them the e-mail tool counts, and who else', async () => {
    await addSubscriber(suite.database, 'person1@mail.invalid');
    await addSubscriber(suite.database, 'person3@mail.invalid', { unsubscribed_at: '2026-03-02 00:00:00.000000', unsubscribed_reason: 'hard_bounce' });
    await addSubscriber(suite.database, 'person4@mail.invalid', { last_human_open: '2026-03-30 00:00:00.000000' });
    await addSubscriber(suite.database, 'qa+5@mail.invalid');
    await addSubscriber(suite.database, 'stranger@mail.invalid');
    await addSubscriber(suite.database, 'sleeper@mail.invalid', { first_sent: '2024-01-01 00:00:00.000000' });

    const found = await reconcileAll(suite.database, clock, { list: new Set(['email_only'] as const) });

    expect(stepsOf(found, 'persons_email')).toEqual({ hard_bounce: -1, no_email: -1, never_mailed: -1, subscription_ended: 1, test_data: 1, email_only: 1 });
    expect(stepsOf(found, 'subscribed_active')).toEqual({ not_engaged: -1 });
    expect(measureOf(found, 'email_active')).toBe(4);
    expect(found.listed.map(({ bridge, reason }) => [bridge, reason])).toEqual([['persons_email', 'email_only']]);
  });

  test('follows documents to the CRM: not sent, on their way, failed, delivered', async () => {
    expect(stepsOf(await reconcileAll(suite.database, clock), 'hub_crm:none')).toEqual({ not_sent: -5 });
    for (const [state, steps] of [['pending', { not_delivered: -5 }], ['dead', { delivery_failed: -5 }], ['delivered', {}]] as const) {
      await relayDocuments(suite.database, state);
      const found = await reconcileAll(suite.database, clock);
      expect(found.report.status).toBe('succeeded');
      expect(stepsOf(found, 'hub_crm:crm')).toEqual(steps);
    }
  });

  test('says that the CRM still has what has ended since, and what waits between the stages', async () => {
    await relayDocuments(suite.database, 'delivered');
    const lake = customerLake('20260302T050000Z', []);
    writeRows(lake, '20260302T050000Z', 'alpina', customerRows({ number: 1, status: 'Cancelled', cancelled: '2026-03-01', updated: '2026-03-02 04:00:00' }), customerRows({ number: 9 }));
    await importAll(suite.database, lake, clock);
    expect(stepsOf(await reconcileAll(suite.database, clock), 'billing_hub')).toMatchObject({ not_enriched: -1, changed_since_enrich: 1 });

    await enrich(suite.database, clock);
    const waiting = await reconcileAll(suite.database, clock);
    expect(waiting.report.status).toBe('succeeded');
    expect(waiting.report.totals.invariants.reduce((sum, { pending }) => sum + pending, 0)).toBeGreaterThan(0);

    await bringOrdersUp(suite.database, clock);
    expect(crmSteps(await reconcileAll(suite.database, clock))).toEqual([['not_sent', -1], ['not_sent', 1]]);
    await relayDocuments(suite.database, 'retrying', 'stay');
    const late = await reconcileAll(suite.database, clock);
    expect(crmSteps(late)).toEqual([['not_delivered', -1], ['update_not_delivered', 1]]);
  });

  test('holds the money of billing against that of hub, to the cent', async () => {
    const { report } = await reconcileAll(suite.database, clock);

    const invoiced = report.totals.money.find(({ brand, measure }) => brand === 'alpina' && measure === 'invoiced');
    expect(invoiced).toMatchObject({ currency: 'EUR', records: 7, billing: 6_930, hub: 5_940, changes: [{ reason: 'test_data', amount: -990, records: 1 }] });
    for (const { billing, hub, changes } of report.totals.money) expect(billing + changes.reduce((sum, { amount }) => sum + amount, 0)).toBe(hub);
    expect(report.totals.invariants.filter(({ checked, name }) => checked === 0 && !['explicit_links', 'contact_leads', 'ad_days_add_up', 'mrr_adds_up', 'revenue_adds_up', 'shop_revenue_adds_up', 'active_adds_up'].includes(name))).toEqual([]);
  });

  test('names refunds, payments and credit memos with a minus by id: they are not counted, and not explained away', async () => {
    const own = customerRows({ number: 1, updated: '2026-03-02 04:00:00' });
    const minus = (entity: string, changes: ExportRow): ExportRow => ({ ...own[entity]?.[0], ...changes });
    const lake = customerLake('20260301T050000Z', CUSTOMERS);
    const memo = { Id: hexId(0xc1), AccountId: idsOf(1).account, Number: 'CM1', CreditMemoDate: '2026-01-20', Status: 'Posted', Currency: 'EUR', Amount: '-3.00', UpdatedDate: '2026-03-02 04:00:00', Deleted: 'false' };
    writeRows(lake, '20260302T050000Z', 'alpina', {
      refund: [minus('refund', { Id: hexId(0xa1), RefundNumber: 'R-a1', Amount: '-19.00' }), minus('refund', { Id: hexId(0xa2), Amount: '-7.00', Status: 'Canceled' })],
      payment: [minus('payment', { Id: hexId(0xb1), PaymentNumber: 'P-b1', Amount: '-5.00' })],
      credit_memo: [memo],
    });
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    await bringOrdersUp(suite.database, clock);

    const found = await reconcileAll(suite.database, clock, { list: new Set(['negative_amount'] as const) });

    expect(found.report.status).toBe('refused');
    expect(found.report.totals).toMatchObject({ negative_amounts: 3, unexplained: 0, broken: 0 });
    const changes = found.report.totals.money.flatMap(({ measure, changes: all }) => all.filter(({ reason }) => reason === 'negative_amount').map(({ amount, ids }) => [measure, amount, ids]));
    expect(changes).toEqual([['credited', 300, [hexId(0xc1)]], ['paid', 500, [hexId(0xb1)]], ['refunded', 1900, [hexId(0xa1)]]]);
    expect(found.listed.map(({ bridge, reason, id }) => [bridge, reason, id])).toEqual([
      ['credited', 'negative_amount', hexId(0xc1)], ['paid', 'negative_amount', hexId(0xb1)], ['refunded', 'negative_amount', hexId(0xa1)],
    ]);
    expect(found.report.warnings).toContain(`negative amounts: 1 of the processed refunds of alpina, not counted: ${hexId(0xa1)}`);
  });

  test('holds the items of double charges and of negative invoices against the facts', async () => {
    const own = customerRows({ number: 1, updated: '2026-03-02 04:00:00' });
    const first = (entity: string, changes: ExportRow): ExportRow => ({ ...own[entity]?.[0], ...changes });
    const lake = customerLake('20260301T050000Z', CUSTOMERS);
    writeRows(lake, '20260302T050000Z', 'alpina', {
      payment: [first('payment', { Id: hexId(0xb1), PaymentNumber: 'P-b1' })],
      invoice: [first('invoice', { Id: hexId(0xd1), InvoiceNumber: 'I-d1', InvoiceDate: '2026-01-20', Amount: '-4.00' })],
      invoice_item: [first('invoice_item', { Id: hexId(0xd2), InvoiceId: hexId(0xd1), ChargeAmount: '-4.00' })],
      refund: [
        first('refund', { Id: hexId(0xa1), RefundNumber: 'R-a1', Amount: '9.90', PaymentId: hexId(0xb1), SourceType: 'Payment', Comment: '' }),
        first('refund', { Id: hexId(0xa2), RefundNumber: 'R-a2', Amount: '4.00', Comment: '' }),
      ],
    });
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    await bringOrdersUp(suite.database, clock);

    const found = await reconcileAll(suite.database, clock);

    expect(found.report).toMatchObject({ status: 'succeeded', totals: { unexplained: 0, broken: 0 } });
    const items = await suite.database.read((knex) => knex('credit_note_items').whereIn('refund_id', [hexId(0xa1), hexId(0xa2)]).orderBy('refund_id').select('refund_id', 'amount', 'method', 'confidence', 'invoice_id'));
    expect(items).toEqual([
      { refund_id: hexId(0xa1), amount: 990, method: 'unapplied_payment', confidence: 'exact', invoice_id: null },
      { refund_id: hexId(0xa2), amount: 400, method: 'credit_memo', confidence: 'derived', invoice_id: hexId(0xd1) },
    ]);
    const [order] = await suite.database.read((knex) => knex('orders').where({ account_id: idsOf(1).account }).select('paid', 'refunded', 'credited', 'balance'));
    expect(order).toEqual({ paid: 990, refunded: 500, credited: 500, balance: 0 });
  });

  test('finds what was changed by hand: items, invoices, totals, counts', async () => {
    for (const [table, values, invariant] of [
      ['credit_note_items', { amount: 99 }, 'refund_items'],
      ['credit_note_items', { amount: 9_999 }, 'capacity'],
      ['credit_note_items', { invoice_id: 'f'.repeat(32) }, 'invoice_fits'],
      ['credit_note_items', { method: 'explicit' }, 'explicit_links'],
      ['credit_note_items', { method: 'payment' }, 'replay'],
      ['customer_accounts', { paid: 1 }, 'account_totals'],
      ['customer_accounts', { outstanding: -1 }, 'balance'],
      ['orders', { refunded: 7 }, 'order_totals'],
      ['order_items', { invoiced: 7 }, 'item_totals'],
      ['orders', { invoiced: 7 }, 'conserved'],
      ['import_batches', { inserted: 99 }, 'import_counts'],
    ] as const) {
      await whileTampered(suite.database, table, values, async () => {
        const { report } = await reconcileAll(suite.database, clock, { dryRun: true });
        expect(report.status).toBe('refused');
        expect({ invariant, broken: report.totals.invariants.find(({ name }) => name === invariant)?.broken }).toEqual({ invariant, broken: expect.any(Number) });
        expect(report.totals.invariants.find(({ name }) => name === invariant)?.broken).toBeGreaterThan(0);
      });
    }
    expect((await reconcileAll(suite.database, clock, { dryRun: true })).report.status).toBe('succeeded');
  });

  test('counts stored batches only: a refused one waits, and breaks nothing', async () => {
    const lake = customerLake('20260302T050000Z', []);
    const [fits = {}, other = {}] = [customerRows({ number: 11 }).payment?.[0], customerRows({ number: 12 }).payment?.[0]];
    writeRows(lake, '20260302T050000Z', 'alpina', { payment: [fits, { ...other, Amount: 'twelve' }] });
    const before = (await reconcileAll(suite.database, clock)).report;
    const refused = await importLake(suite.database, lake, clock, { entities: billingEntities, rejectLimit: { rows: 0 } });
    expect(refused.report.status).toBe('refused');

    const { report } = await reconcileAll(suite.database, clock);

    expect(report.status).toBe('succeeded');
    expect(report.totals.invariants.find(({ name }) => name === 'import_counts')).toEqual(before.totals.invariants.find(({ name }) => name === 'import_counts'));
  });

  test('calls unexplained what fits no reason, names it, and does not hide lost money', async () => {
    await suite.database.write((tx) => tx('raw_subscriptions').where({ source_id: idsOf(1).subscription }).delete());
    await suite.database.write((tx) => tx('customer_accounts').where({ brand: 'belmont' }).delete());

    const found = await reconcileAll(suite.database, clock);

    expect(found.report.status).toBe('refused');
    expect(stepsOf(found, 'billing_hub')).toMatchObject({ unexplained: 1 });
    expect(found.listed.map(({ id }) => id)).toEqual([idsOf(1).subscription]);
    expect(found.report.totals.money.find(({ brand, measure }) => brand === 'belmont' && measure === 'paid')?.changes).toEqual([
      { reason: 'unexplained', title: 'unexplained', amount: -990, records: expect.any(Number) },
    ]);
  });

  test('sees one moment, whatever a writer beside it commits meanwhile', async () => {
    const undisturbed = await reconcileAll(suite.database, clock);
    const writer = suite.openAgain();
    const { dialect } = suite.database;
    let done = false;
    const beside = async (): Promise<void> => {
      done = true;
      const lake = customerLake('20260301T050000Z', CUSTOMERS);
      writeRows(lake, '20260302T050000Z', 'alpina', customerRows({ number: 9 }), customerRows({ number: 1, price: '19.90', updated: '2026-03-02 04:00:00' }));
      await importAll(writer, lake, clock);
      await enrich(writer, clock);
      await bringOrdersUp(writer, clock);
    };
    const selectRows: typeof dialect.selectRows = async (knex, statement, values) => {
      // The records of billing are summed up by now, the stored totals are not.
      if (!done && statement.includes('customer_accounts')) await beside();
      return dialect.selectRows(knex, statement, values);
    };
    const found = await reconcileAll({ ...suite.database, dialect: { ...dialect, selectRows } }, clock);
    expect(done).toBe(true);
    expect(found.report.totals).toEqual(undisturbed.report.totals);
    expect((await reconcileAll(suite.database, clock)).report.totals).not.toEqual(undisturbed.report.totals);
  });

  test('changes nothing but the record of its run, and not even that as a dry run', async () => {
    const before = await dumpTables(suite.database);
    await reconcileAll(suite.database, clock, { dryRun: true });
    expect(await dumpTables(suite.database)).toEqual(before);

    await reconcileAll(suite.database, clock);
    const { job_runs: runs, job_locks: locks, counters, ...rest } = await dumpTables(suite.database);
    const { job_runs: runsBefore = [], job_locks: locksBefore, counters: countersBefore, ...restBefore } = before;
    expect(rest).toEqual(restBefore);
    expect(runs).toHaveLength(runsBefore.length + 1);
    expect([locks, counters]).not.toEqual([locksBefore, countersBefore]);
  });
});
