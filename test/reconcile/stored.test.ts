import { beforeEach, expect, test } from '@jest/globals';

import type { Reconciliation } from '../../src/reconcile/run-reconcile.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, idsOf, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich, enrichedState, importAll } from '../support/stages/enrich.ts';
import { ordersState, runStage } from '../support/stages/orders.ts';
import { bringOrdersUp, reconcileAll } from '../support/stages/reconcile.ts';
import { addByHand, changeByHand, deleteByHand } from '../support/databases/tampering.ts';

const FIRST = '20260301T050000Z';
const CUSTOMERS = [{ number: 1 }, { number: 2, brand: 'belmont' }, { number: 3, status: 'Cancelled', cancelled: '2026-02-01' }];
const BOGUS = 'b0905'.padEnd(32, '0');
const [own, other] = [idsOf(1), idsOf(3)];

/** What was changed by hand: how, what the report calls it, and the commands that it says mend it. */
const FROM_ENRICH = ['enrich', 'attribute-refunds', 'assemble-orders'];
type Hand = (database: Parameters<typeof changeByHand>[0]) => Promise<void>;
const HANDS: readonly (readonly [title: string, by: Hand, named: string, mend: readonly string[], account?: string])[] = [
  ['a lifecycle', (db) => changeByHand(db, 'enriched_subscriptions', { source_id: own.subscription }, { lifecycle: 'suspended', is_active: 0 }), `subscription ${own.subscription}`, FROM_ENRICH],
  ['a deleted subscription', (db) => deleteByHand(db, 'enriched_subscriptions', { source_id: own.subscription }), `subscription ${own.subscription}`, FROM_ENRICH],
  ['a deleted line', (db) => deleteByHand(db, 'enriched_invoice_lines', { source_id: own.line }), `invoice_item ${own.line}`, FROM_ENRICH],
  ['an added invoice', (db) => addByHand(db, 'enriched_invoices', { source_id: own.invoice }, { source_id: BOGUS }), `invoice ${BOGUS}`, FROM_ENRICH],
  ['a total of an account', (db) => changeByHand(db, 'customer_accounts', { brand: 'belmont' }, { paid: 1 }), 'customer_account ', ['assemble-orders'], idsOf(2).account],
  ['a total of an order, and its balance with it', (db) => changeByHand(db, 'orders', { account_id: own.account }, { paid: 1990, balance: 1000 }), 'order ', ['assemble-orders']],
  ['a deleted item', (db) => deleteByHand(db, 'order_items', { account_id: own.account }), 'item ', ['assemble-orders']],
  ['an added item', (db) => addByHand(db, 'order_items', { account_id: own.account }, { item_id: BOGUS }), `item ${BOGUS}`, ['assemble-orders']],
  ['an item of an account that is none', (db) => addByHand(db, 'order_items', { account_id: own.account }, { account_id: BOGUS }), 'item ', ['assemble-orders'], BOGUS],
  ['the text of a document', (db) => changeByHand(db, 'order_documents', { account_id: own.account, version: 2 }, { doc: '{}' }), 'document ', ['assemble-orders']],
  ['a deleted credit note', (db) => deleteByHand(db, 'credit_notes', { account_id: own.account }), `credit_note ${own.refund}`, ['attribute-refunds', 'assemble-orders']],
  ['the invoice of a credit note', (db) => changeByHand(db, 'credit_note_items', { account_id: own.account }, { invoice_id: other.invoice }), `credit_note ${own.refund}`, ['attribute-refunds', 'assemble-orders']],
];

describeEachDatabase('what is stored otherwise than it derives', (suite) => {
  const clock = testClock();
  const lake = () => customerLake(FIRST, CUSTOMERS);

  beforeEach(async () => {
    await suite.empty();
    await importAll(suite.database, lake(), clock);
    await enrich(suite.database, clock);
    await bringOrdersUp(suite.database, clock);
  });

  const stored = async (): Promise<unknown> => ({ ...(await enrichedState(suite.database)), ...(await ordersState(suite.database)) });
  /** Does what the report says. */
  const follow = async ({ report }: Reconciliation): Promise<void> => {
    for (const { command, accounts: ids, brands: of } of report.totals.mend) {
      const who = { recompute: true, accounts: ids, ...(of === undefined ? {} : { brands: [...of] }) };
      await (command === 'enrich' ? enrich(suite.database, clock, who) : runStage(suite.database, clock, command, who));
    }
  };

  test.each(HANDS)('is found by its id, and mended by what the report says: %s', async (_, by, named, mend, account = own.account) => {
    const right = await stored();
    await by(suite.database);
    expect(await stored()).not.toEqual(right);

    const found = await reconcileAll(suite.database, clock, { dryRun: true, list: new Set(['unexplained'] as const) });
    expect(found.report.status).toBe('refused');
    const broken = found.report.totals.invariants.filter(({ name }) => name.startsWith('stored_')).flatMap(({ samples }) => samples);
    expect(broken).toContainEqual(expect.stringMatching(new RegExp(`^${named}.* of account ${account}$`)));
    expect(found.report.totals.mend.map(({ command, accounts }) => [command, accounts])).toEqual(mend.map((command) => [command, [account]]));
    expect(found.report.warnings).toContain(`to mend what is stored otherwise than it derives, 1 of ${mend.length}: hub ${String(mend[0])} --recompute --account ${account}`);
    expect(found.listed.length).toBeGreaterThan(0);

    await follow(found);
    expect(await stored()).toEqual(right);
    expect((await reconcileAll(suite.database, clock, { dryRun: true })).report).toMatchObject({ status: 'succeeded', totals: { mend: [], broken: 0, unexplained: 0 } });
  });

  test('is named by its brand where no account leads to it: a customer account of nobody, a charge of the catalog', async () => {
    const right = await stored();
    await addByHand(suite.database, 'customer_accounts', { brand: 'alpina' }, { person_id: BOGUS });
    const nobody = await reconcileAll(suite.database, clock, { dryRun: true, list: new Set(['unexplained'] as const) });
    expect(nobody.report.totals.mend.map(({ line }) => line)).toEqual(['hub assemble-orders --recompute --brand alpina']);
    expect(nobody.listed).toContainEqual(expect.objectContaining({ bridge: 'paid', reason: 'unexplained', currency: 'EUR' }));
    await follow(nobody);
    expect(await stored()).toEqual(right);

    await changeByHand(suite.database, 'enriched_products', { brand: 'belmont' }, { sku: 'ANOTHER' });
    const catalog = await reconcileAll(suite.database, clock, { dryRun: true });
    expect(catalog.report.totals.mend[0]?.line).toBe('hub enrich --recompute --brand belmont');
    await follow(catalog);
    expect(await stored()).toEqual(right);
  });

  test('lists money by the account whose total it is, with the amount', async () => {
    await changeByHand(suite.database, 'customer_accounts', { brand: 'belmont' }, { refunded: 350 });
    const { listed } = await reconcileAll(suite.database, clock, { dryRun: true, list: new Set(['unexplained'] as const) });
    expect(listed).toContainEqual({ bridge: 'refunded', brand: 'belmont', market: null, reason: 'unexplained', change: 'added', id: idsOf(2).account, amount: 250, currency: 'EUR' });
    expect(listed).toContainEqual(expect.objectContaining({ bridge: 'customer_accounts', brand: 'belmont', change: 'changed' }));
  });

  test('does not count where an import or an enrichment only waits for the next stage', async () => {
    const more = lake();
    writeRows(more, '20260302T050000Z', 'alpina', customerRows({ number: 9 }), customerRows({ number: 1, price: '19.90', updated: '2026-03-02 04:00:00' }));
    await importAll(suite.database, more, clock);
    const imported = await reconcileAll(suite.database, clock, { dryRun: true });
    expect(imported.report).toMatchObject({ status: 'succeeded', totals: { mend: [] } });
    expect(imported.report.totals.invariants.find(({ name }) => name === 'stored_enriched')).toMatchObject({ broken: 0, pending: expect.any(Number) });

    await enrich(suite.database, clock);
    const enriched = await reconcileAll(suite.database, clock, { dryRun: true });
    expect(enriched.report).toMatchObject({ status: 'succeeded', totals: { mend: [] } });
    expect(enriched.report.totals.invariants.find(({ name }) => name === 'stored_orders')?.pending).toBeGreaterThan(0);
    await bringOrdersUp(suite.database, clock);
    expect((await reconcileAll(suite.database, clock, { dryRun: true })).report.status).toBe('succeeded');
  });

  test('is not explained by time when nothing waits: an amount of an invoice that only hub has otherwise', async () => {
    await changeByHand(suite.database, 'enriched_invoices', { source_id: own.invoice }, { amount: 1 });
    const { report, listed } = await reconcileAll(suite.database, clock, { dryRun: true, list: new Set(['unexplained'] as const) });
    expect(report.status).toBe('refused');
    expect(listed).toContainEqual(expect.objectContaining({ bridge: 'invoiced', reason: 'unexplained', id: own.invoice, amount: -989 }));
  });
});
