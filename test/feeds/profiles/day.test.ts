import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { openDatabase } from '../../../src/db/database.ts';
import { profiles } from '../../../src/feeds/profiles/index.ts';
import { PROJECT, workspace } from '../../support/program/hub.ts';

/**
 * What five customers bought, by hand. Each system's example export says this in its own way:
 * Anna a month at 29.90 EUR three times; Ben a year at 199.00 EUR, 49.00 given back on 3 February; Carla two months, cancelled for 5 March,
 * the second given back; Dan in the United States two months at 35.00 USD, the second not paid; Eva is a test.
 */
const TOTALS = [
  { currency: 'EUR', invoiced: 5_980, credited: 2_990, paid: 5_980, refunded: 2_990, balance: 0, outstanding: 0, unallocated: 0 },
  { currency: 'EUR', invoiced: 8_970, credited: 0, paid: 8_970, refunded: 0, balance: 0, outstanding: 0, unallocated: 0 },
  { currency: 'EUR', invoiced: 19_900, credited: 4_900, paid: 19_900, refunded: 4_900, balance: 0, outstanding: 0, unallocated: 0 },
  { currency: 'USD', invoiced: 7_000, credited: 0, paid: 3_500, refunded: 0, balance: -3_500, outstanding: 3_500, unallocated: 0 },
];
const ROWS = { account: 5, contact: 5, subscription: 5, rate_plan: 5, rate_plan_charge: 5, invoice: 9, invoice_item: 9, payment: 9, invoice_payment: 8, refund: 2 };
const CHAINS = [['2025-11-01', 'active', 1], ['2026-01-05', 'cancelled', 0], ['2026-01-10', 'active', 1], ['2026-02-01', 'active', 1], ['2026-02-15', 'active', 0]];
/** How each system says what a refund gave back. */
const METHODS: Readonly<Record<string, string>> = { 'zuora-datasource': 'explicit', 'zuora-aqua': 'explicit', chargebee: 'credit_memo', recurly: 'explicit' };

interface Row {
  readonly [column: string]: string | number | null;
}

test.each([...profiles.keys()])('the example export of %s comes in by configuration, and the day and reconcile are right', async (name) => {
  const place = workspace({ HUB_LAKE_URL: `file:${join(PROJECT, 'fixtures/exports', name)}`, HUB_DATABASE_URL: 'sqlite:hub.db' });
  copyFileSync(join(PROJECT, 'fixtures/exports', name, 'hub.config.yaml'), join(place.folder, 'hub.config.yaml'));
  const checked = await place.hub(['feeds', 'check', '--output', 'json']);
  expect([checked.code, (checked.json() as Row[]).filter(({ rejected, refused }) => rejected !== 0 || refused !== null)]).toEqual([0, []]);

  const imported = (await place.hub(['import-billing', '--output', 'json'])).json() as { status: string; items: Row[]; totals: Row };
  expect([imported.status, imported.totals['rejected'], imported.totals['repaired']]).toEqual(['succeeded', 0, 0]);
  expect(Object.fromEntries(imported.items.map(({ entity, inserted }) => [entity, inserted]))).toMatchObject(ROWS);
  for (const args of [['enrich', '--as-of', '2026-03-20'], ['assemble-orders'], ['attribute-refunds']]) expect([args[0], (await place.hub(args)).code]).toEqual([args[0], 0]);
  const reconciled = await place.hub(['reconcile']);
  expect([reconciled.code, reconciled.stdout]).toEqual([0, expect.stringContaining('Every difference is explained, and every invariant holds.')]);
  expect(reconciled.stdout).toMatch(/Hub: MRR +43\.16 EUR/);
  expect(reconciled.stdout).toMatch(/Hub: MRR +35\.00 USD/);

  const database = openDatabase(`sqlite:${join(place.folder, 'hub.db')}`);
  try {
    const rows = (sql: string): Promise<Row[]> => database.read(async (knex) => (await knex.raw<Row[]>(sql)).map((row) => ({ ...row })));
    expect(await rows('select currency, invoiced, credited, paid, refunded, balance, outstanding, unallocated from customer_accounts order by currency, invoiced')).toEqual(TOTALS);
    expect((await rows('select contract_effective_date as start, lifecycle, is_active from enriched_subscriptions order by contract_effective_date')).map(({ start, lifecycle, is_active: active }) => [start, lifecycle, active])).toEqual(CHAINS);
    expect(await rows('select count(*) as orders from orders')).toEqual([{ orders: 4 }]);
    expect(await rows('select i.amount, i.method, n.currency, v.invoice_date from credit_note_items i join credit_notes n on n.refund_id = i.refund_id join enriched_invoices v on v.source_id = i.invoice_id order by i.amount')).toEqual([
      { amount: 2_990, method: METHODS[name], currency: 'EUR', invoice_date: '2026-02-05' },
      { amount: 4_900, method: METHODS[name], currency: 'EUR', invoice_date: '2025-11-01' },
    ]);
    // Names and addresses stand with accounts and contacts, and nowhere else.
    for (const table of ['raw_subscriptions', 'raw_rate_plans', 'raw_rate_plan_charges', 'raw_invoices', 'raw_invoice_items', 'raw_payments', 'raw_refunds']) {
      expect(JSON.stringify(await rows(`select * from ${table}`))).not.toMatch(/Keller|@mail|Dorfstrasse/);
    }
  } finally {
    await database.close();
  }
}, 120_000);
