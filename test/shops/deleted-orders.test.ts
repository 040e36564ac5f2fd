import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { instantFromMillis } from '../../src/core/time.ts';
import { openFolderLake } from '../../src/lake/sources/folder-lake.client.ts';
import { shopify } from '../../src/sources/platforms/shopify/shopify.ts';
import { ShopifySimulator, type ShopOrder } from '../simulators/shopify/shopify.ts';
import { extractFrom, type Extraction } from '../sources/extract/extraction.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { importSources } from '../support/stages/import-sources.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const DAY_MS = 86_400_000;
const SECRETS = new Map([
  ['CLIENT_ID', 'client'],
  ['CLIENT_SECRET', 'shpss_simulated'],
]);
const STREAMS = ['orders', 'orders_keys', 'shop'];
const money = (amount: string) => ({ shopMoney: { amount, currencyCode: 'CHF' } });
const order = (number: number, at: string): ShopOrder => ({
  ...{ id: `gid://shopify/Order/${number}`, name: `#${number}`, createdAt: at, updatedAt: at, email: `p${number}@mail.example`, currencyCode: 'CHF', totalPriceSet: money('49.90') },
  lineItems: [{ id: `gid://shopify/LineItem/${number}`, sku: 'A-1', quantity: 1 }],
  agreements: [{ __typename: 'OrderAgreement', id: `gid://shopify/OrderAgreement/${number}`, happenedAt: at, reason: 'ORDER', sales: [{ __typename: 'ProductSale', id: `gid://shopify/ProductSale/${number}`, actionType: 'ORDER', lineType: 'PRODUCT', quantity: 1, totalAmount: money('49.90') }] }],
});

describeEachDatabase('an order that a shop deletes', (suite) => {
  let simulator: ShopifySimulator;
  let extraction: Extraction;
  let folder: string;
  beforeEach(async () => {
    simulator = await new ShopifySimulator().start();
    await suite.empty();
    folder = temporaryFolder('sources');
    extraction = { database: suite.database, lake: openFolderLake(folder), platform: shopify, simulator, secrets: SECRETS };
  });
  afterEach(() => simulator.close());

  /** What a day brings: the answers of the shop, and their facts. */
  const dayLater = async (days: number): Promise<void> => {
    simulator.now += days * DAY_MS;
    expect((await extractFrom(extraction, { streams: STREAMS })).status).toBe('succeeded');
    simulator.now += 60_000;
    const { report } = await importSources(suite.database, { lake: extraction.lake, folder, put: () => Promise.resolve() }, { now: () => instantFromMillis(simulator.now) });
    expect(report).toMatchObject({ status: 'succeeded', totals: { rejected: 0 } });
  };
  const names = (): Promise<string[]> => suite.database.read((knex) => knex<{ order_name: string }>('shop_orders').orderBy('order_name').pluck('order_name'));

  test('is there until the week is over, then it and its sales are gone; one that came since stays', async () => {
    const start = new Date(simulator.now).toISOString();
    simulator.orders = Array.from({ length: 9 }, (_, index) => order(index + 1, start));
    await dayLater(1);
    expect(await names()).toHaveLength(9);
    simulator.orders = simulator.orders.slice(1);
    await dayLater(3);
    expect(await names()).toContain('#1');
    simulator.orders = [...simulator.orders, order(20, new Date(simulator.now + 4 * DAY_MS - 1_000).toISOString())];
    await dayLater(4);
    expect(await names()).toEqual(['#2', '#20', '#3', '#4', '#5', '#6', '#7', '#8', '#9']);
    const sales = await suite.database.read((knex) => knex<{ sale_id: string }>('shop_sales').pluck('sale_id'));
    expect(sales).toHaveLength(9);
    expect(sales).not.toContain('gid://shopify/ProductSale/1');
    expect(await suite.database.read((knex) => knex<{ order_name: string }>('raw_shopify_orders').whereNotNull('deleted_at').pluck('order_name'))).toEqual(['#1']);
  });
});
