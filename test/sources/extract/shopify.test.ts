import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { shopify } from '../../../src/sources/platforms/shopify/shopify.ts';
import { literal } from '../../simulators/http/simulator.ts';
import { ShopifySimulator, type ShopOrder } from '../../simulators/shopify/shopify.ts';
import { migrate, newDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, valuesOf, type Ask, type Extraction } from './extraction.ts';

const SECRETS = new Map([
  ['CLIENT_ID', 'client'],
  ['CLIENT_SECRET', 'shpss_simulated'],
]);
const STREAMS = ['orders', 'order_lines', 'order_agreements', 'order_sales'];
const money = (amount: string) => ({ shopMoney: { amount, currencyCode: 'CHF' } });

function order(number: number, updatedAt: string, { lines = 1, agreements = 1, sales = 1 } = {}): ShopOrder {
  const id = `gid://shopify/Order/${number}`;
  return {
    ...{ id, name: `#${number}`, createdAt: updatedAt, updatedAt, email: `p${number}@mail.example`, currencyCode: 'CHF', totalPriceSet: money('49.90'), note: 'Grüße  "x"' },
    lineItems: Array.from({ length: lines }, (_, index) => ({ id: `gid://shopify/LineItem/${number}${String(index).padStart(3, '0')}`, sku: 'A-1', quantity: literal('1.0') })),
    agreements: Array.from({ length: agreements }, (_, index) => ({
      ...{ __typename: 'OrderAgreement', id: `gid://shopify/OrderAgreement/${number}${index}`, happenedAt: updatedAt, reason: 'ORDER' },
      sales: Array.from({ length: sales }, (_sale, place) => ({ __typename: 'ProductSale', id: `gid://shopify/ProductSale/${number}${index}${place}`, quantity: 1, totalAmount: money('49.90') })),
    })),
  };
}

describe('extracting from Shopify', () => {
  let simulator: ShopifySimulator;
  let lake: SourceLake;
  let suite: TestDatabase;
  let extraction: Extraction;
  const waits: number[] = [];
  const extract = (ask: Ask = {}, more: Partial<Extraction> = {}) => extractFrom({ ...extraction, ...more }, ask);
  const all = async (from = lake): Promise<Record<string, string[]>> => Object.fromEntries(await Promise.all(STREAMS.map(async (stream) => [stream, (await recordsInLake(from, stream, 'shopify')).sort()] as const)));

  beforeAll(async () => {
    suite = await newDatabase('sqlite');
    await migrate(suite.database);
  });
  beforeEach(async () => {
    simulator = await new ShopifySimulator().start();
    await suite.empty();
    lake = openFolderLake(temporaryFolder('sources'));
    waits.length = 0;
    extraction = { database: suite.database, lake, platform: shopify, simulator, secrets: SECRETS, waits };
  });
  afterEach(() => simulator.close());

  test('pages and a bulk operation give the same records, with all children however many there are', async () => {
    simulator.orders = Array.from({ length: 25 }, (_, index) => order(index + 1, '2026-11-28T09:00:00Z', { lines: index === 3 ? 40 : 2, agreements: index === 4 ? 7 : 1, sales: index === 5 ? 23 : 2 }));
    const bulk = await extract({ streams: ['orders'] });
    expect(bulk.items).toMatchObject([{ stream: 'orders', status: 'done', batches: 4 }]);
    const byBulk = await all();
    expect(byBulk['orders']).toHaveLength(25);
    expect(byBulk['order_lines']).toHaveLength(24 * 2 + 40);
    expect(byBulk['order_sales']).toHaveLength(23 * 2 + 7 * 2 + 23);
    const paged = openFolderLake(temporaryFolder('sources'));
    simulator.now += 60_000;
    await suite.database.write((tx) => tx('extract_state').update({ cursor: '2026-11-28T08:00:00.000Z' }));
    const pages = await extract({ streams: ['orders'] }, { lake: paged });
    expect(pages.items).toMatchObject([{ status: 'done', batches: 4 }]);
    expect(await all(paged)).toEqual(byBulk);
    expect(simulator.requests.filter(({ body }) => body.includes('bulkOperationRunQuery'))).toHaveLength(1);
  });

  test('an order that changes while pages are read comes again with the next run', async () => {
    await extract({ streams: ['orders'] });
    simulator.now += 3_600_000;
    simulator.orders = Array.from({ length: 12 }, (_, index) => order(index + 1, '2026-11-28T10:30:00Z'));
    let changed = false;
    simulator.beforeAnswer = ({ body }) => {
      if (changed || !body.includes('"after":"')) return;
      changed = true;
      simulator.now += 2_000;
      simulator.orders[0] = { ...order(1, new Date(simulator.now).toISOString()), name: '#1b' };
    };
    await extract({ streams: ['orders'] });
    simulator.now += 60_000;
    await extract({ streams: ['orders'] });
    const names = valuesOf(await recordsInLake(lake, 'orders', 'shopify'), 'name');
    expect(names).toContain('#1b');
    expect(new Set(names).size).toBeGreaterThanOrEqual(12);
  });

  test('a throttled query waits for the points that are missing, and a good one makes room for the next', async () => {
    await extract({ streams: ['customers'] });
    simulator.now += 3_600_000;
    simulator.customers = Array.from({ length: 450 }, (_, index) => ({ id: `gid://shopify/Customer/${index}`, updatedAt: '2026-11-28T10:30:00Z' }));
    simulator.drain(500, 100, 50);
    simulator.requests.length = 0;
    waits.length = 0;
    const report = await extract({ streams: ['customers'] });
    expect(report.items).toMatchObject([{ records: 450, status: 'done' }]);
    // 302 points are missing first; then room is waited for before each page, so none of them is refused.
    expect(Math.ceil(waits[0] ?? 0)).toBeGreaterThanOrEqual(6_000);
    expect(simulator.requests.filter(({ body }) => body.includes('updated_at') && body.includes(' customers('))).toHaveLength(6);
  });

  test('waits for a running operation, and makes one anew that failed, without its partial result', async () => {
    simulator.variants = [{ id: 'gid://shopify/ProductVariant/1', inventoryItem: { unitCost: { amount: '7.50', currencyCode: 'CHF' } } }];
    simulator.otherOperations = 6;
    simulator.plans = [{ running: 2, fails: 'INTERNAL_SERVER_ERROR' }, { running: 3 }];
    const report = await extract({ streams: ['variants'] });
    expect(report.items).toMatchObject([{ status: 'done', records: 1, batches: 1 }]);
    expect(waits.map(Math.ceil)).toEqual([1_000, 2_000, 5_000, 7_500, 5_000, 7_500, 11_250]);
    const [batch] = await lake.batches({ platform: 'shopify', stream: 'variants', account: 'main' });
    if (batch === undefined) throw new Error('no batch');
    expect(await lake.manifest({ platform: 'shopify', stream: 'variants', account: 'main', batch })).toMatchObject({ replaces: 'all', zone: 'Europe/Zurich', currency: 'CHF', api_version: '2026-10' });
  });

  test('calls an operation off when its user ends the run, and makes it anew next time', async () => {
    simulator.variants = [{ id: 'gid://shopify/ProductVariant/1' }];
    simulator.plans = [{ running: 9 }, {}];
    const user = new AbortController();
    await expect(extract({ streams: ['variants'] }, { signal: user.signal, beforeWait: () => user.abort() })).rejects.toThrow();
    const sent = (what: string): number => simulator.requests.filter(({ body }) => body.includes(what)).length;
    expect([sent('bulkOperationRunQuery'), sent('bulkOperationCancel')]).toEqual([1, 1]);
    expect((await extract({ streams: ['variants'] })).items).toMatchObject([{ status: 'done', records: 1 }]);
    expect([sent('bulkOperationRunQuery'), sent('bulkOperationCancel')]).toEqual([2, 1]);
  });

  test('refuses a result with another number of lines than the operation counted, and makes it anew next time', async () => {
    simulator.variants = [{ id: 'gid://shopify/ProductVariant/1' }];
    simulator.plans = [{ miscount: 1 }, {}];
    expect((await extract({ streams: ['variants'] })).items).toMatchObject([{ status: 'failed', error_code: 'job_incomplete' }]);
    expect(await lake.feeds()).toEqual([]);
    expect((await extract({ streams: ['variants'] })).items).toMatchObject([{ status: 'done', records: 1 }]);
  });

  test('fails the stream of which a scope is missing, in a page and in an operation', async () => {
    simulator.plans = [{ fails: 'ACCESS_DENIED' }];
    simulator.spoil({ request: /customers\(/, how: { status: 200, body: '{"data":{"customers":null},"errors":[{"message":"Access denied for customers field.","extensions":{"code":"ACCESS_DENIED"}}]}' } });
    const report = await extract({ streams: ['variants', 'customers', 'shop'] });
    expect(report.items).toMatchObject([{ stream: 'customers', error_code: 'missing_scope' }, { stream: 'variants', error_code: 'missing_scope' }, { stream: 'shop', status: 'done', records: 1 }]);
    expect(report.status).toBe('refused');
  });

  test('renews a token that ends in mid-run, in a wait and in a poll, once for all', async () => {
    simulator.variants = [{ id: 'gid://shopify/ProductVariant/1' }];
    simulator.plans = [{ running: 3 }];
    simulator.requestsPerToken = 3;
    expect((await extract({ streams: ['variants'] })).items).toMatchObject([{ status: 'done', records: 1 }]);
    expect(simulator.tokens).toBeGreaterThan(1);
    simulator.requestsPerToken = 0;
    const refused = await extract({ streams: ['variants', 'shop'] });
    expect(refused.items).toMatchObject([{ status: 'failed', error_code: 'unauthorized' }, { status: 'failed', error_code: 'unauthorized' }]);
    expect(JSON.stringify(refused)).not.toMatch(/shpat_|shpss_/);
  });

  test('ends the account whose client is refused', async () => {
    const report = await extract({ streams: ['shop', 'variants'] }, { secrets: new Map([...SECRETS, ['CLIENT_SECRET', 'shpss_wrong']]) });
    expect(report.items).toMatchObject([{ status: 'failed' }, { status: 'failed' }]);
    expect(simulator.requests).toHaveLength(1);
    const missing = await extract({ streams: ['shop'] }, { secrets: new Map([['CLIENT_ID', 'client']]) });
    expect(missing.items).toMatchObject([{ error_code: 'credential_missing' }]);
  });

  test('makes no operation in a dry run, and says which stream would', async () => {
    simulator.orders = [order(1, '2026-11-28T09:00:00Z')];
    const report = await extract({ streams: ['orders', 'variants', 'shop'], dryRun: true });
    expect(report.items).toMatchObject([{ stream: 'orders', job: true, slices: 1 }, { stream: 'variants', job: true }, { stream: 'shop', job: false, records: 1, cost: 1 }]);
    expect(simulator.requests.filter(({ body }) => body.includes('bulkOperationRunQuery'))).toEqual([]);
  });

  test('takes the levels of stock, and sweeps the ids of all orders once a week', async () => {
    simulator.stock.set('gid://shopify/InventoryItem/1', [{ id: 'gid://shopify/InventoryLevel/1?inventory_item_id=1', quantities: [{ name: 'available', quantity: -2 }] }]);
    simulator.orders = [order(1, '2025-01-01T00:00:00Z')];
    const report = await extract({ streams: ['stock', 'orders_keys'] });
    expect(report.items).toMatchObject([{ stream: 'orders_keys', records: 1 }, { stream: 'stock', records: 1 }]);
    expect(await recordsInLake(lake, 'orders_keys', 'shopify')).toEqual(['{"id":"gid://shopify/Order/1"}']);
    simulator.now += 86_400_000;
    simulator.orders = [];
    simulator.stock.clear();
    expect((await extract({ streams: ['stock', 'orders_keys'] })).items).toMatchObject([{ stream: 'orders_keys', batches: 0, requests: 0 }, { stream: 'stock', batches: 1, records: 0 }]);
    simulator.now += 7 * 86_400_000;
    expect((await extract({ streams: ['orders_keys'] })).items).toMatchObject([{ batches: 1, records: 0 }]);
  });

  test('a version that fell forward writes nothing', async () => {
    simulator.version = '2027-10';
    expect((await extract({ streams: ['shop'] })).items).toMatchObject([{ error_code: 'version_changed' }]);
    expect(await lake.feeds()).toEqual([]);
  });
});
