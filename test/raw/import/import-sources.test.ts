import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';

import { listRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { replayRejects } from '../../../src/raw/import/replay.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { storedState } from '../../support/databases/stored-state.ts';
import { testLake } from '../../support/lakes/lake.ts';
import { testSourceLake } from '../../support/lakes/source-lake.ts';
import { catalogRows, customerRows, writeRows } from '../../support/rows/customers.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { fill, runStage } from '../../support/stages/orders.ts';
import { testClock } from '../../support/suite/clock.ts';

const order = (id: number, more: object = {}): object => ({
  ...{ id: `gid://shopify/Order/${id}`, name: `#${id}`, createdAt: '2026-11-20T10:00:00Z', updatedAt: '2026-11-20T10:00:00Z', currencyCode: 'EUR', email: `Person${id}@mail.example`, test: false },
  totalPriceSet: { shopMoney: { amount: '49.90', currencyCode: 'EUR' } },
  ...more,
});
const balance = (id: string, more: object = {}): object => ({ id, amount: 4990, fee: 175, net: 4815, currency: 'eur', type: 'charge', reporting_category: 'charge', source: 'ch_1', created: 1_795_000_000, available_on: 1_795_100_000, ...more });

describeEachDatabase('import-sources', (suite) => {
  beforeEach(() => suite.empty());
  const table = (name: string): Promise<Record<string, unknown>[]> => suite.database.read((knex) => knex<Record<string, unknown>>(name).orderBy('source_id').select('*'));

  test('the newest version of a record wins whatever order its batches come in, an event is added once, and a rerun does nothing', async () => {
    const lake = testSourceLake();
    await lake.put(
      { name: 'shopify/orders/shop/20261121T100000Z', records: [order(1), order(2)] },
      { name: 'stripe/balance_transactions/main/20261121T100000Z', records: [balance('txn_1'), balance('txn_1')] },
    );
    const first = await importSources(suite.database, lake, testClock());
    expect(first.report).toMatchObject({ status: 'succeeded', totals: { batches: 2, read: 4, inserted: 3, stale: 1, rejected: 0, facts_inserted: 3 }, items: [{ brand: 'alpina', entity: 'shopify_orders', account: 'shop', inserted: 2 }, { entity: 'stripe_balance_transactions', account: 'main' }] });
    await lake.put(
      { name: 'shopify/orders/shop/20261123T100000Z', records: [order(1, { updatedAt: '2026-11-22T10:00:00Z', totalPriceSet: { shopMoney: { amount: '59.90' } } })] },
      { name: 'shopify/orders/shop/20261122T100000Z', records: [order(1, { updatedAt: '2026-11-21T10:00:00Z', totalPriceSet: { shopMoney: { amount: '1.00' } } })] },
      { name: 'stripe/balance_transactions/main/20261122T100000Z', records: [balance('txn_1')] },
    );
    expect((await importSources(suite.database, lake, testClock())).report).toMatchObject({ totals: { batches: 3, read: 3, updated: 2, unchanged: 1, facts_updated: 1 } });
    expect(await table('raw_shopify_orders')).toMatchObject([
      { brand: 'alpina', source_id: 'shop/gid://shopify/Order/1', account: 'shop', id: 'gid://shopify/Order/1', order_name: '#1', lake_batch: '20261123T100000Z', email_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { source_id: 'shop/gid://shopify/Order/2' },
    ]);
    expect(await table('shop_orders')).toMatchObject([{ source_id: 'shop/gid://shopify/Order/1', total: 5990, currency: 'EUR', person_id: expect.stringMatching(/^[0-9a-f]{32}$/) }, { total: 4990 }]);
    expect(await table('payment_movements')).toMatchObject([{ movement_id: 'txn_1', gross: 4990, fee: 175, net: 4815, currency: 'EUR', category: 'charge' }]);
    expect((await importSources(suite.database, lake, testClock())).report.totals).toMatchObject({ batches: 0, facts_inserted: 0, facts_updated: 0, facts_unchanged: 0 });

    // In another order, and all at once, the tables are the same.
    const incremental = await storedState(suite.database);
    await suite.empty();
    await importSources(suite.database, lake, testClock());
    const whole = await storedState(suite.database);
    for (const name of ['raw_shopify_orders', 'raw_stripe_balance_transactions', 'shop_orders', 'payment_movements']) expect(whole[name]).toEqual(incremental[name]);
  });

  test('a record that does not fit waits in quarantine with the path at fault, and is imported with the value that somebody sets', async () => {
    const lake = testSourceLake();
    const bad = order(3, { totalPriceSet: { shopMoney: { amount: '1,234.50' } } });
    await lake.put({ name: 'shopify/orders/shop/20261121T100000Z', records: [order(1), bad, order(4), order(5), order(6), order(7), { ...order(8), id: null }, '[]'] });
    const { report } = await importSources(suite.database, lake, testClock());
    expect(report).toMatchObject({ totals: { read: 8, inserted: 5, rejected: 3 } });
    const rejects = await listRejects(suite.database, {});
    expect(rejects).toMatchObject([
      { entity: 'shopify_orders', feed: 'shopify/shop', part: 'account=shop/part-00000.ndjson.gz', line: 2, code: 'invalid_value', column_name: 'totalPriceSet.shopMoney.amount', source_id: 'shop/gid://shopify/Order/3', raw: JSON.stringify(bad) },
      { line: 7, code: 'missing_value', column_name: 'id' },
      { line: 8, code: 'unrepairable', column_name: null },
    ]);
    expect(JSON.stringify(report)).not.toContain('1,234');
    const services = { database: suite.database, clock: testClock(), version: '1', config: { brands: [{ id: 'alpina' }] } };
    const replayed = await replayRejects(services, { ids: [rejects[0]?.rejected_id ?? ''], status: 'open' }, new Map([['totalPriceSet.shopMoney.amount', '1234.50']]), false);
    expect(replayed).toMatchObject({ status: 'succeeded', totals: { replayed: 1 } });
    expect((await table('raw_shopify_orders')).find((row) => row['source_id'] === 'shop/gid://shopify/Order/3')).toMatchObject({ lake_batch: '20261121T100000Z' });
    await importSources(suite.database, lake, testClock());
    expect((await table('shop_orders')).find((row) => row['order_id'] === 'gid://shopify/Order/3')).toMatchObject({ total: 123_450 });
    await expect(replayRejects(services, { ids: [rejects[1]?.rejected_id ?? ''], status: 'open' }, new Map([['nothing', '1']]), false)).rejects.toMatchObject({ code: 'column_unknown' });
  });

  test('a damaged batch, one without a required field in any record, and one of another brand are refused whole; the others go on', async () => {
    const lake = testSourceLake();
    await lake.put(
      { name: 'stripe/charges/main/20261121T100000Z', records: [{ id: 'ch_1', amount: 1, currency: 'usd', created: 1_795_000_000 }], recordsPerPart: 1 },
      { name: 'stripe/charges/main/20261122T100000Z', records: [{ id: 'ch_2', amount: 1, currency: 'usd' }, { id: 'ch_3', amount: 1, currency: 'usd' }] },
      { name: 'stripe/charges/main/20261123T100000Z', brand: 'belmont', records: [{ id: 'ch_4', amount: 1, currency: 'usd', created: 1_795_000_000 }] },
      { name: 'stripe/charges/main/20261124T100000Z', records: [{ id: 'ch_5', amount: 1, currency: 'usd', created: 1_795_000_000 }] },
      { name: 'stripe/charges/main/20261125T100000Z', records: [{ id: 'ch_6', amount: 1, currency: 'usd', created: 1_795_000_000 }] },
    );
    const part = join(lake.folder, 'stripe/charges/account=main/batch=20261121T100000Z/part-00000.ndjson.gz');
    const bytes = readFileSync(part);
    writeFileSync(part, Buffer.concat([bytes, bytes]));
    const manifest = join(lake.folder, 'stripe/charges/account=main/batch=20261124T100000Z/_manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll('"records": 1', '"records": 2'));
    const { report, problems } = await importSources(suite.database, lake, testClock());
    expect(report).toMatchObject({ status: 'refused', totals: { batches: 1, refused: 4, inserted: 1 } });
    expect(problems.map(({ code }) => code)).toEqual(['damaged_batch', 'missing_field', 'other_brand', 'damaged_batch']);
    expect(await table('raw_stripe_charges')).toMatchObject([{ id: 'ch_6', currency: 'USD' }]);
  });

  test('a snapshot states all of an account: what it leaves out goes, a small one is refused unless that is meant', async () => {
    const lake = testSourceLake();
    const variant = (id: number, cost: string): object => ({ id: `gid://shopify/ProductVariant/${id}`, sku: `S${id}`, createdAt: '2026-01-01T00:00:00Z', inventoryItem: { id: `gid://shopify/InventoryItem/${id}`, unitCost: { amount: cost, currencyCode: 'EUR' } } });
    await lake.put({ name: 'shopify/variants/shop/20261121T100000Z', replaces: 'all', records: [1, 2, 3, 4].map((id) => variant(id, '2.50')) }, { name: 'shopify/variants/other/20261121T100000Z', replaces: 'all', records: [variant(9, '1')] });
    await importSources(suite.database, lake, testClock());
    await lake.put({ name: 'shopify/variants/shop/20261122T100000Z', replaces: 'all', records: [variant(1, '2.50'), variant(2, '3'), variant(4, '2.50')] });
    expect((await importSources(suite.database, lake, testClock())).report).toMatchObject({ totals: { read: 3, updated: 1, unchanged: 2, removed: 1 } });
    const costs = await suite.database.read((knex) => knex<Record<string, unknown>>('product_costs').orderBy(['sku', 'valid_from']).select('sku', 'valid_from', 'unit_cost'));
    expect(costs.map(({ sku, valid_from: from, unit_cost: cost }) => [sku, from, Number(cost)])).toEqual([['S1', '2026-01-01', 2.5], ['S2', '2026-01-01', 2.5], ['S2', '2026-11-22', 3], ['S3', '2026-01-01', 2.5], ['S4', '2026-01-01', 2.5], ['S9', '2026-01-01', 1]]);
    expect((await table('raw_shopify_variants')).map((row) => row['source_id'])).toEqual(['other/gid://shopify/ProductVariant/9', 'shop/gid://shopify/ProductVariant/1', 'shop/gid://shopify/ProductVariant/2', 'shop/gid://shopify/ProductVariant/4']);
    await lake.put({ name: 'shopify/variants/shop/20261123T100000Z', replaces: 'all', records: [] });
    expect(await importSources(suite.database, lake, testClock())).toMatchObject({ report: { status: 'refused' }, problems: [{ code: 'shrink' }] });
    expect((await importSources(suite.database, lake, testClock(), { allowShrink: true })).report).toMatchObject({ status: 'succeeded', totals: { removed: 3 } });
  });

  test('an order of a shop gets the order of billing that refers to it, also one that comes later, and loses it again', async () => {
    const [lake, clock] = [testSourceLake(), testClock()];
    await lake.put({ name: 'shopify/orders/shop/20260301T100000Z', records: [order(1), order(2), order(3, { email: 'person1@mail.invalid' })] });
    await importSources(suite.database, lake, clock);
    const referring = async (): Promise<unknown[]> => (await table('shop_orders')).map((row) => row['billing_order_id']);
    expect(await referring()).toEqual([null, null, null]);
    const billing = testLake();
    const bill = async (batch: string, ...references: readonly string[]): Promise<string[]> => {
      const updated = `${batch.slice(0, 4)}-${batch.slice(4, 6)}-${batch.slice(6, 8)} 04:00:00`;
      const rows = references.flatMap((reference, index) => {
        const all = customerRows({ number: index + 1, updated });
        return [{ ...all, subscription: (all['subscription'] ?? []).map((row) => ({ ...row, OrderReference__c: reference })) }];
      });
      writeRows(billing, batch, 'alpina', catalogRows(), ...rows);
      await fill(suite.database, billing, clock);
      await runStage(suite.database, clock, 'assemble-orders');
      return suite.database.read((knex) => knex<{ order_id: string; account_id: string }>('orders').orderBy('account_id').pluck('order_id'));
    };
    const [first, second] = await bill('20260302T050000Z', '#1', 'gid://shopify/Order/2');
    expect((await importSources(suite.database, lake, clock)).report.totals).toMatchObject({ batches: 0, facts_updated: 2 });
    expect(await referring()).toEqual([first, second, null]);
    // Two orders of billing name the third one: neither is it.
    await bill('20260303T050000Z', '#3', '#3');
    await importSources(suite.database, lake, clock);
    expect((await referring())[2]).toBeNull();
    await bill('20260304T050000Z', '#3', '#2');
    await importSources(suite.database, lake, clock);
    expect((await referring())[2]).toEqual(expect.any(String));
    expect((await importSources(suite.database, lake, clock)).report.totals).toMatchObject({ facts_updated: 0, facts_unchanged: 0 });
  });

  test('what extraction noticed of records stands in the history, and what is new or of another kind in the report', async () => {
    const lake = testSourceLake();
    const drift = { unknown: { 'customer.tier': 1 }, lost: { note: 2 }, changed: { test: 1 } };
    await lake.put({ name: 'shopify/orders/shop/20261121T100000Z', drift, records: [order(1), order(2)] }, { name: 'shopify/customers/shop/20261121T100000Z', records: [] });
    const { report } = await importSources(suite.database, lake, testClock());
    expect(report).toMatchObject({ status: 'succeeded', problems: expect.arrayContaining([expect.objectContaining({ code: 'unknown_paths', stream: 'shopify_orders', column: 'customer.tier' }), expect.objectContaining({ code: 'changed_paths', column: 'test' })]) });
    const drifts = await suite.database.knex<{ entity: string; drift: string }>('import_batches').orderBy('entity').pluck('drift');
    expect(drifts.map((text) => JSON.parse(text) as object)).toEqual([{}, { unknown_paths: { 'customer.tier': 1 }, lost_paths: { note: 2 }, changed_paths: { test: 1 } }]);
  });

  test('records of a tap without a contract are kept as text, by the key that the tap names or a hash', async () => {
    const lake = testSourceLake();
    await lake.put(
      { name: 'crm/users/acme/20261121T100000Z', key_properties: ['id'], records: ['{"id":12345678901234567890,"cost":12.50}', '{"id":2}'] },
      { name: 'crm/logs/acme/20261121T100000Z', key_properties: [], records: ['{"id":2}', '{"id":2}'] },
      { name: 'stripe/reviews/main/20261121T100000Z', records: [{ id: 'prv_1' }] },
    );
    const { report } = await importSources(suite.database, lake, testClock());
    expect(report).toMatchObject({ totals: { read: 4, inserted: 3, stale: 1 }, problems: [{ code: 'not_read', stream: 'stripe/reviews' }] });
    expect((await table('raw_records')).map(({ source_id: id, source, stream, record }) => [id, source, stream, record])).toEqual([
      [expect.stringMatching(/^acme\/crm\/logs\/[0-9a-f]{32}$/), 'crm', 'logs', '{"id":2}'],
      ['acme/crm/users/12345678901234567890', 'crm', 'users', '{"id":12345678901234567890,"cost":12.50}'],
      ['acme/crm/users/2', 'crm', 'users', '{"id":2}'],
    ]);
  });
});
