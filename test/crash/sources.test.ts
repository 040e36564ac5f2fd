import { beforeAll, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { expireLeases } from '../support/databases/locks.ts';
import { halfStored, storedState } from '../support/databases/stored-state.ts';
import { testSourceLake, type TestSourceLake } from '../support/lakes/source-lake.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { importSources } from '../support/stages/import-sources.ts';

const IMPORT = ['import-sources', '--max-rejects', '50%'];
/** Of what all imports pass, where batches share tables or state them whole. */
const POINTS = [...failpoints.filter((name) => name.startsWith('facts.')), 'facts.page.written:3', 'import.chunk.written:3', 'import.batch.committed:2'];

describeEachDatabase('import-sources killed at a commit point', (suite) => {
  let lake: TestSourceLake;
  let place: Workspace;
  let clean: Record<string, string[]>;
  beforeAll(async () => {
    lake = await lakeOfRecords();
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(32), HUB_SOURCES_URL: `file:${lake.folder}` });
    const result = await place.hub(IMPORT);
    if (result.code !== 0) throw new Error(`The clean run ended with ${result.code}: ${result.stderr}`);
    clean = withoutRuns(await storedState(suite.database));
    expect(Object.keys(clean)).toEqual(expect.arrayContaining(['raw_shopify_orders', 'raw_shopify_variants', 'shop_orders', 'shop_sales', 'payment_movements', 'rejected_rows', 'source_days']));
  });

  for (const point of POINTS) {
    test(`${point}: a second run leaves the tables of a clean one`, async () => {
      await suite.empty();
      expect((await place.hub(IMPORT, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
      expect(await halfStored(suite.database)).toEqual([]);
      await expireLeases(suite.database);
      expect((await importSources(suite.database, lake, systemClock)).report.status).toBe('succeeded');
      expect(withoutRuns(await storedState(suite.database))).toEqual(clean);
    });
  }
});

/** After a kill it differs in how many steps and by which run a fact came to be what it is. */
function withoutRuns(state: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(state).filter(([table]) => table !== 'audit_log' && table !== 'source_changes'));
}

/** Orders in two batches with their sales, a rejected record, movements, and a snapshot that is restated. */
async function lakeOfRecords(): Promise<TestSourceLake> {
  const lake = testSourceLake();
  const money = (amount: string): object => ({ shopMoney: { amount, currencyCode: 'EUR' } });
  const ids = [1, 2, 3, 4, 5, 6];
  const order = (id: number, total: string, day: string): object => ({ id: `gid://shopify/Order/${id}`, name: `#${id}`, createdAt: '2026-11-20T10:00:00Z', updatedAt: `${day}T10:00:00Z`, currencyCode: 'EUR', email: `p${id}@mail.example`, totalPriceSet: money(total) });
  const movement = (id: number): object => ({ id: `txn_${id}`, amount: 100 * id, fee: 3, net: 100 * id - 3, currency: 'eur', type: 'charge', created: 1_795_000_000 });
  const variant = (id: number): object => ({ id: `gid://shopify/ProductVariant/${id}`, sku: `S${id}` });
  await lake.put(
    { name: 'shopify/orders/shop/20261121T100000Z', records: [...ids.map((id) => order(id, '10.00', '2026-11-20')), order(7, 'much', '2026-11-20')] },
    { name: 'shopify/orders/shop/20261122T100000Z', records: [order(1, '12.00', '2026-11-21'), order(2, '9.00', '2026-11-19')] },
    { name: 'shopify/order_agreements/shop/20261121T100000Z', records: ids.map((id) => ({ id: `gid://shopify/OrderAgreement/${id}`, __parentId: `gid://shopify/Order/${id}`, happenedAt: '2026-11-20T10:00:00Z' })) },
    { name: 'shopify/order_sales/shop/20261121T100000Z', records: ids.map((id) => ({ id: `gid://shopify/ProductSale/${id}`, __parentId: `gid://shopify/OrderAgreement/${id}`, actionType: 'ORDER', lineType: 'PRODUCT', quantity: 1, totalAmount: money('10.00'), totalTaxAmount: money('1.67') })) },
    { name: 'shopify/variants/shop/20261121T100000Z', replaces: 'all', records: ids.map(variant) },
    { name: 'shopify/variants/shop/20261122T100000Z', replaces: 'all', records: ids.slice(1).map(variant) },
    { name: 'stripe/balance_transactions/main/20261121T100000Z', records: ids.map(movement) },
    { name: 'stripe/payout_movements/main/20261122T100000Z', records: [{ ...movement(1), __parentId: 'po_1' }] },
  );
  return lake;
}
