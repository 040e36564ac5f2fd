import { beforeEach, expect, test } from '@jest/globals';

import { auditHistory } from '../../../src/engine/records/audit.repository.ts';
import { listRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { replayRejects } from '../../../src/raw/import/replay.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testSourceLake, type BatchSpec } from '../../support/lakes/source-lake.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { testClock } from '../../support/suite/clock.ts';

const CREATED = '2026-11-20T10:00:00Z';
const idOf = (id: number): string => `gid://shopify/Order/${id}`;
const money = (amount: string): object => ({ shopMoney: { amount, currencyCode: 'EUR' } });
const order = (id: number, updatedAt = CREATED): object => ({ id: idOf(id), name: `#${id}`, createdAt: CREATED, updatedAt, currencyCode: 'EUR', email: `person${id}@mail.example`, test: false, totalPriceSet: money('49.90') });
const orders = (batch: string, ...records: readonly object[]): BatchSpec => ({ name: `shopify/orders/shop/${batch}`, records });
const keys = (batch: string, ...ids: readonly number[]): BatchSpec => ({ name: `shopify/orders_keys/shop/${batch}`, replaces: 'all', records: ids.map((id) => ({ id: idOf(id) })) });
const sale = (id: number, batch: string): BatchSpec[] => [
  { name: `shopify/order_agreements/shop/${batch}`, records: [{ id: `gid://shopify/OrderAgreement/${id}`, __parentId: idOf(id), happenedAt: CREATED }] },
  { name: `shopify/order_sales/shop/${batch}`, records: [{ id: `gid://shopify/ProductSale/${id}`, __parentId: `gid://shopify/OrderAgreement/${id}`, actionType: 'ORDER', lineType: 'PRODUCT', quantity: 1, lineItem: { id: `gid://shopify/LineItem/${id}`, sku: `S${id}` }, totalAmount: money('49.90'), totalTaxAmount: money('7.97'), totalDiscountAmountBeforeTaxes: money('0') }] },
];
const key = (id: number): string => `shop/${idOf(id)}`;

describeEachDatabase('a sweep of the keys of orders', (suite) => {
  beforeEach(() => suite.empty());
  const keysIn = (table: string): Promise<string[]> => suite.database.read((knex) => knex<{ source_id: string }>(table).orderBy('source_id').pluck('source_id'));
  const stored = (): Promise<Record<string, string | null>[]> => suite.database.read((knex) => knex<Record<string, string | null>>('raw_shopify_orders').orderBy('source_id').select('source_id', 'order_name', 'updated_date', 'deleted_at', 'lake_batch', 'row_hash'));
  const deleted = async (): Promise<string[]> => (await stored()).flatMap((row) => (row['deleted_at'] === null ? [] : [String(row['order_name'])]));

  test('deletes the order that it leaves out, with its facts; the row stays, a rerun does nothing, and a later batch brings it back', async () => {
    const [lake, clock] = [testSourceLake(), testClock()];
    await lake.put(orders('20261121T100000Z', ...[1, 2, 3, 4].map((id) => order(id))), ...sale(2, '20261121T100000Z'));
    await importSources(suite.database, lake, clock);
    expect(await keysIn('shop_sales')).toEqual(['shop/gid://shopify/ProductSale/2']);
    await lake.put(keys('20261122T100000Z', 1, 3, 4));
    expect((await importSources(suite.database, lake, clock, { dryRun: true })).report).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ entity: 'shopify_orders_keys', read: 3, removed: 1 })]) });
    expect(await deleted()).toEqual([]);
    const { report } = await importSources(suite.database, lake, clock);
    expect(report).toMatchObject({ status: 'succeeded', totals: { batches: 1, read: 3, inserted: 3, removed: 1, facts_deleted: 2 } });
    expect(await deleted()).toEqual(['#2']);
    expect((await stored())[1]).toMatchObject({ source_id: key(2), updated_date: '2026-11-20 10:00:00.000000', deleted_at: '2026-11-22 10:00:00.000000', lake_batch: '20261122T100000Z' });
    expect([await keysIn('shop_orders'), await keysIn('shop_sales')]).toEqual([[1, 3, 4].map(key), []]);
    expect((await auditHistory(suite.database, 'shopify_orders', key(2))).map(({ action, delta }) => [action, JSON.parse(delta ?? '') as object])).toEqual([
      ['delete', { deleted_at: ['2026-11-22 10:00:00.000000'], lake_batch: ['20261121T100000Z', '20261122T100000Z'] }],
    ]);
    const before = await stored();
    expect((await importSources(suite.database, lake, clock)).report.totals).toMatchObject({ batches: 0, facts_deleted: 0 });
    await lake.put(keys('20261123T100000Z', 1, 3, 4));
    expect((await importSources(suite.database, lake, clock)).report.totals).toMatchObject({ unchanged: 3, removed: 0 });
    expect(await stored()).toEqual(before);

    await lake.put(orders('20261124T100000Z', order(2)));
    expect((await importSources(suite.database, lake, clock)).report.totals).toMatchObject({ updated: 1, facts_inserted: 2 });
    expect(await deleted()).toEqual([]);
    expect([await keysIn('shop_orders'), await keysIn('shop_sales')]).toEqual([[1, 2, 3, 4].map(key), ['shop/gid://shopify/ProductSale/2']]);
  });

  test('keeps what came or changed after it was made, and the orders of other shops', async () => {
    const lake = testSourceLake();
    await lake.put(
      orders('20261121T100000Z', order(1), order(2), order(3), order(4, '2026-11-22T10:00:01Z')),
      orders('20261122T100005Z', order(5)),
      { name: 'shopify/orders/other/20261121T100000Z', records: [order(9)] },
      keys('20261122T100000Z', 1, 2, 3),
    );
    expect((await importSources(suite.database, lake, testClock())).report.totals).toMatchObject({ removed: 0 });
    expect(await deleted()).toEqual([]);
  });

  test('leaves the same orders whatever order the batches come in', async () => {
    const batches = [
      orders('20261121T100000Z', order(1), order(2), order(3)),
      keys('20261123T100000Z', 1),
      // Older than the list, of an order that it does not have: it changed once more before it was deleted.
      orders('20261122T100000Z', order(2, '2026-11-21T12:00:00Z'), order(4)),
      // Newer than the list: the order is there.
      orders('20261124T100000Z', order(3, '2026-11-23T12:00:00Z')),
    ];
    const imported = async (order: readonly number[]): Promise<object[]> => {
      await suite.empty();
      const [lake, clock] = [testSourceLake(), testClock()];
      for (const index of order) {
        const batch = batches[index];
        if (batch !== undefined) await lake.put(batch);
        expect((await importSources(suite.database, lake, clock, { allowShrink: true })).report.status).toBe('succeeded');
      }
      expect(await keysIn('shop_orders')).toEqual([1, 3].map(key));
      return stored();
    };
    const expected = await imported([0, 2, 1, 3]);
    expect(await deleted()).toEqual(['#2', '#4']);
    for (const other of [[0, 1, 2, 3], [1, 0, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]]) expect(await imported(other)).toEqual(expected);
  });

  test('is refused if it would delete more than 30 %, and nothing of it is stored, unless that is meant', async () => {
    const [lake, clock] = [testSourceLake(), testClock()];
    await lake.put(orders('20261121T100000Z', ...[1, 2, 3].map((id) => order(id))), orders('20261121T110000Z', order(4, '2026-11-30T00:00:00Z')), keys('20261122T100000Z', 1));
    expect(await importSources(suite.database, lake, clock)).toMatchObject({ report: { status: 'refused', totals: { refused: 1 } }, problems: [{ code: 'shrink' }] });
    expect([await deleted(), await keysIn('raw_shopify_orders_keys')]).toEqual([[], []]);
    expect((await importSources(suite.database, lake, clock, { allowShrink: true })).report).toMatchObject({ status: 'succeeded', totals: { removed: 2 } });
    expect([await deleted(), await keysIn('raw_shopify_orders_keys')]).toEqual([['#2', '#3'], [key(1)]]);
  });

  test('takes an order that waited in quarantine while it was made, once it is replayed', async () => {
    const [lake, clock] = [testSourceLake(), testClock()];
    await lake.put(orders('20261121T100000Z', order(1), order(2), order(3), order(5), { ...order(4), createdAt: 'soon' }), keys('20261122T100000Z', 1, 2, 3, 5));
    await importSources(suite.database, lake, clock);
    const [reject] = await listRejects(suite.database, {});
    const services = { database: suite.database, clock, version: '1', config: { brands: [{ id: 'alpina' }] } };
    await replayRejects(services, { ids: [reject?.rejected_id ?? ''], status: 'open' }, new Map([['createdAt', CREATED]]), false);
    expect(await deleted()).toEqual(['#4']);
  });
});
