import { beforeEach, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { factsOf } from '../../../src/facts/index.ts';
import { adEntities, inventoryEntities } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { adRow } from '../../raw/keeping/restated/ad-rows.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { csv, testLake, type ExportRow, type TestLake } from '../../support/lakes/lake.ts';
import { insertMetrics } from '../../support/rows/metric-tables.ts';
import { importLake } from '../../support/stages/import.ts';
import { buildMetrics, metricsState } from '../../support/stages/metrics.ts';
import { testClock, type TestClock } from '../../support/suite/clock.ts';

const asOf = '2026-03-31' as LocalDate;
const [B1, B2] = ['20260330T234000Z', '20260331T040000Z'];

describeEachDatabase('the sums of marketing and goods', (suite) => {
  let lake: TestLake;
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    lake = testLake();
    clock = testClock();
    // Persons are decided once; what they came to is written here, and from now on only sums are made.
    await buildMetrics(suite.database, clock, { asOf });
    const fact = { brand: 'alpina', account_id: 'a', source: 'billing', part: 'sale', kind: 'sale', person_id: 'p', currency: 'EUR', customer_type: 'new', amount: 3_000, tax: 570, order_id: 'o', chain_id: 'c', chain_start: '2026-03-10', campaign: 'autumn', category: 'subscription', sku: 'A', quantity: '2', fact_date: '2026-03-10' };
    await insertMetrics(suite.database, 'revenue_facts', [
      { ...fact, source_id: 'l1', line_id: 'l1', payment_fee: 75 },
      { ...fact, source_id: 'l2', line_id: 'l2', category: 'shipping', sku: null, quantity: '1', amount: 500, payment_fee: 10 },
      { ...fact, source_id: 'r1', line_id: 'l1', kind: 'refund', amount: -1_000, fact_date: '2026-03-20' },
    ]);
    await insertMetrics(suite.database, 'metric_customers', [
      { brand: 'alpina', person_id: 'p', acquired_on: '2026-03-10', invoices: 1, channel: 'meta' },
      { brand: 'alpina', person_id: 'q', acquired_on: '2026-03-12', invoices: 1, channel: 'none' },
      { brand: '*', person_id: 'p', acquired_on: '2026-03-10', invoices: 1, channel: 'meta' },
    ]);
  });
  const write = (entity: string, batch: string, rows: readonly ExportRow[]) => lake.write(entity, batch, csv(rows), { feed: entity.startsWith('ad_') ? 'ads' : 'inventory' });
  const run = async (changes: Parameters<typeof buildMetrics>[2] = {}) => {
    clock.advance(60_000);
    await importLake(suite.database, lake, clock, { command: 'import-ads', entities: [...adEntities, ...inventoryEntities], rejectLimit: parseRejectLimit('5') }, undefined, undefined, factsOf);
    clock.advance(60_000);
    return buildMetrics(suite.database, clock, { asOf, ...changes });
  };
  const rowsOf = async (table: string, ...columns: string[]) => {
    const rows = await suite.database.knex<Record<string, string | number | null>>(table).select(...columns);
    return rows.map((row) => columns.map((column) => (row[column] === null ? null : /^-?[\d.]+$/.test(String(row[column])) ? Number(row[column]) : row[column]))).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  };
  const fill = () => {
    write('ad_performance', B1, [adRow({ Date: '2026-03-10', AdGroupId: '', Spend: '50' }), adRow({ Date: '2026-03-11', Spend: '30.005' }), adRow({ Date: '2026-02-01', CampaignId: '-', AdGroupId: '', CampaignName: '', AdGroupName: '', Spend: '0' })]);
    write('ad_budget', B1, [{ Platform: 'meta', AccountId: '', CampaignId: '', Month: '2026-03-01', Currency: 'EUR', Amount: '310' }]);
    write('product_cost', B1, [{ SKU: 'A', Currency: 'EUR', ValidFrom: '2026-01-01', UnitCost: '5', FulfilmentCost: '1' }]);
    write('stock_level', B1, [{ SKU: 'A', Location: 'north', Date: '2026-03-30', OnHand: '10', Reserved: '1', ReorderPoint: '20', LeadTimeDays: '' }]);
  };

  test('are what facts, customers and revenue come to', async () => {
    fill();
    await run();
    expect(await rowsOf('metric_ad_days', 'day', 'campaign_id', 'ad_group_id', 'spend_micros', 'hub_orders', 'hub_revenue', 'provisional')).toEqual([
      ['2026-02-01', '-', '', 0, 0, 0, 0],
      ['2026-03-10', 'c1', '', 50_000_000, 1, 2_500, 1],
      ['2026-03-11', 'c1', 'g1', 30_005_000, 0, 0, 1],
    ]);
    expect(await rowsOf('metric_acquisition', 'brand', 'month', 'channel', 'spend', 'customers_new', 'cac', 'reason')).toEqual([
      ['*', '2026-02', 'blended', 0, 0, null, 'no_customers'],
      ['*', '2026-02', 'meta', 0, 0, null, 'no_customers'],
      ['*', '2026-02', 'paid', 0, 0, null, 'no_customers'],
      ['*', '2026-03', 'blended', 8_000, 1, 8_000, null],
      ['*', '2026-03', 'meta', 8_000, 1, 8_000, null],
      ['*', '2026-03', 'paid', 8_000, 1, 8_000, null],
      ['alpina', '2026-02', 'blended', 0, 0, null, 'no_customers'],
      ['alpina', '2026-02', 'meta', 0, 0, null, 'no_customers'],
      ['alpina', '2026-02', 'paid', 0, 0, null, 'no_customers'],
      ['alpina', '2026-03', 'blended', 8_000, 2, 4_000, null],
      ['alpina', '2026-03', 'meta', 8_000, 1, 8_000, null],
      ['alpina', '2026-03', 'paid', 8_000, 1, 8_000, null],
    ]);
    expect(await rowsOf('metric_campaigns', 'month', 'code', 'customer_type', 'chains', 'net_to_date', 'spend')).toEqual([['2026-03', 'autumn', 'new', 1, 2_500, 8_000]]);
    expect((await rowsOf('metric_pacing', 'month', 'platform', 'budget', 'spend', 'days_done', 'pace')).filter(([month]) => month === '2026-03')).toEqual([
      ['2026-03', '*', 31_000, 8_000, 11, 0.7273],
      ['2026-03', 'meta', 31_000, 8_000, 11, 0.7273],
    ]);
    expect(await rowsOf('metric_products', 'sku', 'quantity', 'net_sales', 'covered_sales', 'cost', 'fulfilment', 'payment_fees', 'margin')).toEqual([
      ['', 0, 500, 500, 0, 0, 10, 490],
      ['A', 2, 2_000, 2_000, 1_000, 200, 75, 725],
    ]);
    expect(await rowsOf('metric_stock', 'sku', 'available', 'velocity', 'status')).toEqual([['A', 9, 0.07, 'reorder']]);
  });

  test('of a restated day change with it and nothing else does; sums that are all made anew are the same', async () => {
    fill();
    await run();
    const before = await rowsOf('metric_ad_days', 'day', 'spend_micros');
    write('ad_performance', B2, [adRow({ Date: '2026-03-11', Spend: '31' })]);
    const { items } = await run();
    expect(await rowsOf('metric_ad_days', 'day', 'spend_micros')).toEqual(before.map(([day, spend]) => [day, day === '2026-03-11' ? 31_000_000 : spend]));
    expect(items.filter((item) => item['table'] === 'metric_ad_days' && item['brand'] === 'alpina').map(({ updated, inserted, deleted }) => ({ updated, inserted, deleted }))).toEqual([{ updated: 1, inserted: 0, deleted: 0 }]);
    const stateOf = async () => {
      const { metric_ad_days: days, metric_acquisition: acquisition, metric_products: products, metric_stock: stock, metric_pacing: paces } = await metricsState(suite.database);
      return { days, acquisition, products, stock, paces };
    };
    const state = await stateOf();
    // An earlier day makes all of them anew.
    await run({ asOf: '2026-03-30' as LocalDate });
    await run();
    expect(await stateOf()).toEqual(state);
  });

  test('take a cost from the day on which it becomes known, also for sales of before', async () => {
    write('product_cost', B1, [{ SKU: 'B', Currency: 'EUR', ValidFrom: '2026-01-01', UnitCost: '5', FulfilmentCost: '' }]);
    await run();
    expect(await rowsOf('metric_products', 'sku', 'covered_sales', 'margin')).toEqual([['', 500, 490], ['A', 0, null]]);
    write('product_cost', B2, [{ SKU: 'A', Currency: 'EUR', ValidFrom: '2026-01-01', UnitCost: '5', FulfilmentCost: '' }]);
    write('shipping_cost', B1, [{ OrderId: 'nobody', Currency: 'EUR', Cost: '4', ShippedAt: '' }]);
    await run();
    expect(await rowsOf('metric_products', 'sku', 'covered_sales', 'margin')).toEqual([['', 500, 490], ['A', 2_000, 925]]);
  });
});
