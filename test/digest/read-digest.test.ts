import { beforeEach, expect, test } from '@jest/globals';

import { addDays, type LocalDate } from '../../src/core/time.ts';
import type { Digest } from '../../src/digest/digest.ts';
import { readDigest } from '../../src/digest/read-digest.ts';
import { weekNamed } from '../../src/digest/week.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { insertMetrics, makeMetricTables, type Row } from '../support/rows/metric-tables.ts';

/** 2026-03-16 to 2026-03-22. */
const week = weekNamed('2026-W12');

describeEachDatabase('the digest of a week', (suite) => {
  const read = (scope: string): Promise<Digest> => suite.database.snapshot((tx) => readDigest(tx, scope, week));
  const figures = (digest: Digest, currency: string) => Object.fromEntries((digest.currencies.find((each) => each.currency === currency)?.figures ?? []).map((figure) => [figure.name, figure]));

  beforeEach(async () => {
    await makeMetricTables(suite.database);
    await suite.empty();
  });

  test('without metrics says that nothing is known', async () => {
    const digest = await read('*');
    expect(digest).toMatchObject({ scope: '*', month: '2026-03', newestDay: null, currencies: [], bestProducts: [], stock: [], alerts: [], restated: [], failedRuns: [] });
    expect(digest.counts).toEqual([
      expect.objectContaining({ name: 'active_subscriptions', value: null, reason: 'no metrics of that week' }),
      expect.objectContaining({ name: 'new_customers', value: null, reason: 'no metrics of that week' }),
    ]);
  });

  test('holds each currency by itself, beside the week before and the mean of four, and sums brands for all', async () => {
    await insertMetrics(suite.database, 'metric_revenue_days', days(35).flatMap((day, back): Row[] => [
      revenue('alpina', 'EUR', day, back < 7 ? 30_000 : 10_000, -1_000),
      revenue('belmont', 'EUR', day, 5_000, 0),
      revenue('belmont', 'CHF', day, 2_000, -100),
    ]));
    await insertMetrics(suite.database, 'metric_mrr_days', days(35).flatMap((day, back): Row[] => ['*', 'alpina'].map((brand) => ({ brand, currency: 'EUR', day, mrr: 900_000 - back * 1_000, new: 2_000, expansion: 100, contraction: -50, churn: -1_000, reactivation: 0, customers: 40, customers_new: 2, customers_churned: 1, churn_replaced: 0 }))));
    await insertMetrics(suite.database, 'metric_active_days', days(35).map((day, back): Row => ({ brand: '*', market: '*', class: '*', day, subscriptions: 500 - back, persons: 480 })));
    await insertMetrics(suite.database, 'metric_customer_periods', [16, 9, 2].map((date): Row => ({ brand: '*', grain: 'week', period: `2026-03-${String(date).padStart(2, '0')}`, customers_new: 70, customers_existing: 200, orders_new: 71, orders_existing: 210 })));
    await insertMetrics(suite.database, 'metric_ad_days', days(14).map((day): Row => ({ brand: 'alpina', day, platform: 'meta', account: 'a', campaign_id: 'c', ad_group_id: '-', currency: 'EUR', spend_micros: 100_000_000, impressions: 1, clicks: 1, hub_orders: 1, hub_revenue: 1, provisional: day > '2026-03-10' ? 1 : 0 })));

    const all = await read('*');
    expect(all.currencies.map(({ currency }) => currency)).toEqual(['CHF', 'EUR']);
    const eur = figures(all, 'EUR');
    expect(eur['net_revenue']).toMatchObject({ value: 245_000, before: 105_000, meanOfFour: 105_000, change: 140 / 105 });
    expect(eur['refunds']).toMatchObject({ value: -7_000, before: -7_000, change: null });
    expect(eur['mrr']).toMatchObject({ value: 900_000, before: 893_000 });
    expect([eur['mrr_new'], eur['mrr_churn'], eur['churned_customers']].map((figure) => figure?.value)).toEqual([14_000, -7_000, 7]);
    expect(eur['spend']).toMatchObject({ value: 70_000, before: 70_000, meanOfFour: null });
    expect(eur['mer']).toMatchObject({ value: 3.5, before: 1.5 });
    expect(eur['blended_cac']).toMatchObject({ value: 1_000, before: 1_000 });
    expect(figures(all, 'CHF')['net_revenue']).toMatchObject({ value: 14_000 });
    expect(figures(all, 'CHF')['spend']).toMatchObject({ value: 0 });
    expect(figures(all, 'CHF')['mer']).toMatchObject({ value: null, reason: 'no spend data' });
    expect(figures(all, 'CHF')['blended_cac']).toMatchObject({ value: null, reason: 'spend in EUR' });
    expect(all.counts).toMatchObject([{ value: 500, before: 493 }, { value: 70, before: 70, meanOfFour: 35 }]);
    expect(all).toMatchObject({ newestDay: '2026-03-22', adsFinalUntil: '2026-03-10' });
    expect(figures(await read('alpina'), 'EUR')['net_revenue']).toMatchObject({ value: 210_000 });
    expect(figures(await read('belmont'), 'EUR')['mrr']).toMatchObject({ value: null, reason: 'no metrics of that week' });
  });

  test('names the best products and those that lose, what is flagged, and how much is known', async () => {
    const product = (sku: string, margin: number | null): Row => ({ brand: 'alpina', month: '2026-03', sku, currency: 'EUR', quantity: '1', net_sales: 10_000, covered_sales: margin === null ? 0 : 10_000, cost: 1, fulfilment: 1, payment_fees: 1, margin });
    await insertMetrics(suite.database, 'metric_products', [product('GOOD', 5_000), product('BEST', 9_000), product('WORST', -900), product('BAD', -1), product('', -5_000), product('UNKNOWN', null)]);
    const stock = (sku: string, status: string): Row => ({ brand: 'alpina', sku, location: 'main', day: '2026-03-22', on_hand: '3', available: '-1', velocity: '1', status });
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 'ok'), stock('B', 'reorder'), stock('C', 'out'), stock('D', 'unknown')]);
    await insertMetrics(suite.database, 'metric_customers', ['meta', 'unclassified', 'none', 'unclassified'].map((channel, index): Row => ({ brand: '*', person_id: `p${index}`, acquired_on: '2026-03-18', invoices: 1, channel })));
    const digest = await read('*');
    expect(digest.bestProducts.map(({ sku }) => sku)).toEqual(['BEST', 'GOOD']);
    expect(digest.negativeProducts.map(({ sku }) => sku)).toEqual(['WORST', 'BAD']);
    expect(digest.stock).toEqual([
      { brand: 'alpina', sku: 'C', location: 'main', status: 'out', available: '-1', day: '2026-03-22' },
      { brand: 'alpina', sku: 'B', location: 'main', status: 'reorder', available: '-1', day: '2026-03-22' },
    ]);
    expect(digest.coverage).toEqual([
      { name: 'channel', label: 'New customers whose channel is known', kind: 'count', currency: null, part: 2, whole: 4 },
      { name: 'cost', label: 'Net sales with a known cost', kind: 'money', currency: 'EUR', part: 50_000, whole: 60_000 },
    ]);
  });

  test('tells what earlier days came to be since it began, runs that failed, and alerts', async () => {
    const run = (id: string, command: string, status: string, started: string): Row => ({ run_id: id, command, brands: '', shard: '1/1', status, change_no: 1, started_at: started, finished_at: started, host: 'h', pid: 1, version: 't', params: '{}' });
    await suite.database.write(async (tx) => {
      await tx('job_runs').insert([run('r1', 'build-metrics', 'succeeded', '2026-03-17 05:00:00.000000'), run('r2', 'import-ads', 'refused', '2026-03-18 05:00:00.000000'), run('r3', 'import-ads', 'failed', '2026-03-08 05:00:00.000000')]);
      await tx('audit_log').insert({ run_id: 'r1', seq: 1, brand: 'alpina', entity: 'metric.metric_revenue_days', entity_id: 'row-0', action: 'update', delta: JSON.stringify({ net_revenue: [9_000, 10_000] }), at: '2026-03-17 05:00:00.000000' });
      const alert = { subject_id: 's', brand: 'alpina', title: 'Out of stock', severity: 'critical', value: '0', threshold: '0', repetition: 1, as_of: '2026-03-18', run_id: 'r1', updated_at: '2026-03-18 05:00:00.000000' };
      await tx('alert_states').insert([
        { ...alert, rule: 'stock-out', subject: 'alpina A', state: 'firing', since: '2026-03-18', notified_at: '2026-03-18 05:00:00.000000' },
        { ...alert, rule: 'resolved-before', subject: 'alpina B', state: 'ok', since: '2026-03-10', notified_at: '2026-03-09 05:00:00.000000' },
        { ...alert, rule: 'never-told', subject: 'alpina C', state: 'ok', since: '2026-03-10', notified_at: null },
      ]);
    });
    await insertMetrics(suite.database, 'metric_revenue_days', [revenue('alpina', 'EUR', '2026-03-02' as LocalDate, 10_000, 0)]);
    const digest = await read('alpina');
    expect(digest.restated).toEqual([{ measure: 'net_revenue', currency: 'EUR', days: 1, change: 1_000, from: '2026-03-02', to: '2026-03-02' }]);
    expect((await read('*')).restated).toEqual(digest.restated);
    expect(digest.failedRuns).toEqual([{ command: 'import-ads', status: 'refused', runs: 1 }]);
    expect(digest.alerts).toEqual([{ rule: 'stock-out', title: 'Out of stock', severity: 'critical', subject: 'alpina A', state: 'firing', since: '2026-03-18' }]);
    expect((await read('belmont')).alerts).toEqual([]);
  });

  /** The days up to the week's Sunday, the newest first. */
  function days(count: number): LocalDate[] {
    return Array.from({ length: count }, (_, index) => addDays(week.to, -index));
  }

  function revenue(brand: string, currency: string, day: LocalDate, net: number, refunds: number): Row {
    return { brand, market: 'AT', currency, customer_type: 'new', category: 'product', day, gross_sales: net, discounts: 0, tax: 0, credits: 0, refunds, net_revenue: net, orders: 1 };
  }
});
