import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { View } from '../../../src/pages/report/declare/page.ts';
import { reportPages } from '../../../src/pages/report/pages.ts';
import { runReport, type ReportRequest } from '../../../src/pages/report/run-report.ts';
import { writeReportFolder } from '../../../src/pages/report/write/report-folder.client.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { fillMetricTables, fillSmallTables, insertMetrics, makeMetricTables } from '../../support/rows/metric-tables.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const asOf = '2026-03-18' as LocalDate;
const brands = ['alpina', 'nordkraft'];
const view: View = { asOf, brands, allBrands: brands, from: null, until: null, names: new Map([['alpina', 'Alpina'], ['nordkraft', 'Nordkraft']]) };

const RUN = { brands: '', shard: '1/1', status: 'succeeded', change_no: 1, host: 'h', pid: 1, version: '1', params: '{}' };

interface DataFile {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

describeEachDatabase('hub report', (suite) => {
  const report = ({ folder, ...request }: Partial<ReportRequest> & { readonly folder: string }) =>
    runReport(
      { database: suite.database, clock: testClock(), version: 'test' },
      { view, pages: reportPages, formats: ['html', 'csv', 'json'], dryRun: false, place: folder, write: (date, files) => writeReportFolder(folder, date, files), ...request },
    );
  const dataOf = (folder: string, name: string): DataFile => JSON.parse(readFileSync(join(folder, asOf, 'data', `${name}.json`), 'utf8')) as DataFile;

  beforeEach(async () => {
    await makeMetricTables(suite.database);
    await suite.empty();
  });

  test('writes pages, data and a manifest of them that agrees, and the same bytes again', async () => {
    await fillMetricTables(suite.database, asOf);
    const folders = [temporaryFolder('report'), temporaryFolder('report')] as const;
    for (const folder of folders) expect(await report({ folder })).toMatchObject({ status: 'succeeded', problems: [] });

    const [first, second] = folders.map((folder) => readdirSync(join(folder, asOf), { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, asOf, name)).isFile()).sort());
    expect(first).toEqual(second);
    expect(first).toEqual(expect.arrayContaining(['index.html', 'revenue.html', 'subscriptions.html', 'ltv.html', 'manifest.json', 'data/subscriptions/mrr.csv', 'data/ltv/models.json']));
    for (const name of first ?? []) expect(readFileSync(join(folders[1], asOf, name), 'utf8')).toBe(readFileSync(join(folders[0], asOf, name), 'utf8'));

    const manifest = JSON.parse(readFileSync(join(folders[0], asOf, 'manifest.json'), 'utf8')) as { final_until: string; files: { name: string; sha256: string; rows: number | null }[] };
    expect(manifest.final_until).toBe('2026-03-17');
    expect(manifest.files.map(({ name }) => name).sort()).toEqual((first ?? []).filter((name) => name !== 'manifest.json'));
    for (const { name, sha256 } of manifest.files) expect(sha256Hex(readFileSync(join(folders[0], asOf, name), 'utf8'))).toBe(sha256);
    for (const name of ['revenue', 'subscriptions', 'ltv']) {
      const page = readFileSync(join(folders[0], asOf, `${name}.html`), 'utf8');
      expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
      expect(page).not.toMatch(/<script|https?:\/\/|person-\d/);
    }
  }, 120_000);

  test('shows flows up to the day before, states at the end of the day, and each currency by itself', async () => {
    const day = { brand: 'alpina', market: 'AT', currency: 'EUR', customer_type: 'new', category: 'subscription', discounts: 0, tax: 0, credits: 0, refunds: -10, orders: 1 };
    const mrr = { brand: 'alpina', currency: 'EUR', new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, customers: 1, customers_new: 0, customers_churned: 0, churn_replaced: 0 };
    await insertMetrics(suite.database, 'metric_revenue_days', [
      { ...day, day: '2026-02-28', gross_sales: 100, net_revenue: 90 },
      { ...day, day: '2026-03-17', gross_sales: 1_000, net_revenue: 990 },
      { ...day, day: '2026-03-18', gross_sales: 7, net_revenue: 7 },
      { ...day, brand: 'nordkraft', day: '2026-03-17', gross_sales: 20, net_revenue: 10 },
      { ...day, currency: 'JPY', day: '2026-03-17', gross_sales: 500, net_revenue: 490 },
    ]);
    await insertMetrics(suite.database, 'metric_mrr_days', [{ ...mrr, day: '2026-03-17', mrr: 2_000, new: 2_000 }, { ...mrr, day: '2026-03-18', mrr: 1_500, contraction: -500 }, { ...mrr, day: '2026-03-19', mrr: 9 }]);
    const active = { brand: 'alpina', market: '*', class: '*', day: '2026-03-18', subscriptions: 3, persons: 2 };
    // Of nordkraft nothing is active any more: it has no row of the newest day.
    await insertMetrics(suite.database, 'metric_active_days', [active, { ...active, market: null, subscriptions: 1, persons: null }, { ...active, class: null, persons: null }, { ...active, brand: 'nordkraft', day: '2026-03-17' }, { ...active, brand: 'nordkraft', day: '2026-03-17', class: 'gift', persons: null }]);
    const folder = temporaryFolder('report');
    await report({ folder });

    expect(dataOf(folder, 'revenue/net-revenue-by-month').rows).toEqual([
      expect.objectContaining({ currency: 'EUR', month: '2026-02', net_revenue: '0.90', refund_rate: 0.1, complete: 'yes' }),
      expect.objectContaining({ currency: 'EUR', month: '2026-03', gross_sales: '10.20', net_revenue: '10.00', complete: 'no' }),
      expect.objectContaining({ currency: 'JPY', month: '2026-03', net_revenue: '490' }),
    ]);
    expect(dataOf(folder, 'subscriptions/mrr').rows).toMatchObject([{ day: '2026-03-17', alpina: '20.00' }, { day: '2026-03-18', alpina: '15.00' }]);
    expect(dataOf(folder, 'subscriptions/mrr-movements').rows).toMatchObject([{ month: '2026-03', start: '0.00', new: '20.00', contraction: '0.00', end: '20.00' }]);
    expect(dataOf(folder, 'subscriptions/active-by-market').rows).toMatchObject([{ scope: 'alpina', market: 'All markets', subscriptions: 3, persons: 2 }, { market: 'No market known', subscriptions: 1 }]);
    expect(dataOf(folder, 'subscriptions/active-by-class').rows).toMatchObject([{ day: '2026-03-17', none: 0, gift: 3, total: 3 }, { day: '2026-03-18', none: 3, gift: 0, total: 3 }]);
  });

  test('lists on each page what changed of the past since the report of an earlier date', async () => {
    const day = { brand: 'alpina', market: 'AT', currency: 'EUR', customer_type: 'new', category: 'subscription', discounts: 0, tax: 0, credits: 0, refunds: 0, orders: 1 };
    await insertMetrics(suite.database, 'metric_revenue_days', [
      { ...day, day: '2026-03-10', gross_sales: 100, net_revenue: 100, row_id: 'stays' },
      { ...day, day: '2026-03-11', gross_sales: 150, net_revenue: 150, row_id: 'changed' },
      { ...day, day: '2026-03-11', category: 'fee', gross_sales: 30, net_revenue: 30, row_id: 'came', created_run: 'build-2' },
      { ...day, day: '2026-03-16', gross_sales: 9, net_revenue: 9, row_id: 'new-day', created_run: 'build-2' },
    ]);
    const run = { brands: '[]', shard: '1/1', status: 'succeeded', change_no: 1, host: 'h', pid: 1, version: '1', params: '{}' };
    const at = (time: string): string => `2026-03-${time}.000000`;
    const delta = JSON.stringify({ gross_sales: [100, 150], net_revenue: [100, 150] });
    const gone = JSON.stringify(Object.fromEntries(Object.entries({ ...day, day: '2026-03-12', gross_sales: 40, net_revenue: 40, row_id: 'gone' }).map(([column, value]) => [column, [value, 0, 0]])));
    const entry = { brand: 'alpina', entity: 'metric.metric_revenue_days', at: at('17 05:00:00') };
    await suite.database.write(async (tx) => {
      await tx('job_runs').insert([
        { ...run, run_id: 'build-1', command: 'build-metrics', started_at: at('16 05:00:00'), finished_at: at('16 05:10:00') },
        { ...run, run_id: 'report-1', command: 'report', started_at: at('16 06:30:00'), finished_at: at('16 06:31:00'), params: JSON.stringify({ as_of: '2026-03-16' }) },
        { ...run, run_id: 'build-2', command: 'build-metrics', started_at: at('17 05:00:00'), finished_at: at('17 05:10:00') },
        { ...run, run_id: 'report-2', command: 'report', started_at: at('18 06:30:00'), finished_at: at('18 06:31:00'), params: JSON.stringify({ as_of: asOf }) },
      ]);
      await tx('audit_log').insert([
        { ...entry, run_id: 'build-1', seq: 1, entity_id: 'stays', action: 'update', delta },
        { ...entry, run_id: 'build-2', seq: 1, entity_id: 'changed', action: 'update', delta },
        { ...entry, run_id: 'build-2', seq: 2, entity_id: 'gone', action: 'delete', delta: gone },
      ]);
    });
    const folder = temporaryFolder('report');
    await report({ folder });
    const common = { scope: '*', currency: 'EUR', brand: 'Alpina', run: 'build-2' };
    expect(dataOf(folder, 'revenue/restated').rows).toEqual([
      { ...common, day: '2026-03-12', measure: 'gross sales', before: '0.40', after: '0.00', change: '-0.40' },
      { ...common, day: '2026-03-12', measure: 'net revenue', before: '0.40', after: '0.00', change: '-0.40' },
      { ...common, day: '2026-03-11', measure: 'gross sales', before: '1.00', after: '1.80', change: '0.80' },
      { ...common, day: '2026-03-11', measure: 'net revenue', before: '1.00', after: '1.80', change: '0.80' },
    ]);
    expect(dataOf(folder, 'subscriptions/restated').rows).toEqual([]);
    expect(readFileSync(join(folder, asOf, 'revenue.html'), 'utf8')).toContain('Compared with the report of 2026-03-16, for days before it.');
    expect(readFileSync(join(folder, asOf, 'subscriptions.html'), 'utf8')).toContain('Nothing of it has changed.');
  });

  test('lists ad days and margins that are otherwise than in the report before, spend in whole minor units', async () => {
    const ad = { brand: 'alpina', platform: 'meta', account: 'a', campaign_id: 'c', ad_group_id: '', currency: 'EUR', impressions: 1, clicks: 1, hub_orders: 0, hub_revenue: 0, provisional: 1 };
    const product = { brand: 'alpina', sku: 'BOX', currency: 'EUR', quantity: 1, net_sales: 500, covered_sales: 500, cost: 0, fulfilment: 0, payment_fees: 0, margin: -20 };
    await insertMetrics(suite.database, 'metric_ad_days', [
      { ...ad, day: '2026-03-10', spend_micros: 10_000_000, row_id: 'restated', change_no: 2 },
      { ...ad, day: '2026-03-10', campaign_id: 'd', spend_micros: 1_000_000, row_id: 'beside' },
      { ...ad, day: '2026-03-11', spend_micros: 5_004_000, row_id: 'by-less-than-a-cent', change_no: 2 },
      { ...ad, day: '2026-03-09', spend_micros: 7_000_000, row_id: 'as-it-was' },
    ]);
    await insertMetrics(suite.database, 'metric_products', [{ ...product, month: '2026-02', row_id: 'margin', change_no: 2 }, { ...product, month: '2026-03', row_id: 'this-month', change_no: 2 }]);
    const entry = { run_id: 'build', brand: 'alpina', action: 'update', at: '2026-03-17 05:00:00.000000' };
    await suite.database.write(async (tx) => {
      await tx('job_runs').insert([
        { ...RUN, run_id: 'report', command: 'report', started_at: '2026-03-16 06:30:00.000000', finished_at: '2026-03-16 06:31:00.000000', params: JSON.stringify({ as_of: '2026-03-16' }) },
        { ...RUN, run_id: 'build', command: 'build-metrics', change_no: 2, started_at: '2026-03-17 05:00:00.000000', finished_at: '2026-03-17 05:10:00.000000' },
      ]);
      await tx('audit_log').insert([
        { ...entry, seq: 1, entity: 'metric.metric_ad_days', entity_id: 'restated', delta: JSON.stringify({ spend_micros: [12_345_678, 10_000_000] }) },
        { ...entry, seq: 2, entity: 'metric.metric_ad_days', entity_id: 'by-less-than-a-cent', delta: JSON.stringify({ spend_micros: [5_003_000, 5_004_000] }) },
        { ...entry, seq: 3, entity: 'metric.metric_products', entity_id: 'margin', delta: JSON.stringify({ margin: [30, -20] }) },
        { ...entry, seq: 4, entity: 'metric.metric_products', entity_id: 'this-month', delta: JSON.stringify({ margin: [10, -20] }) },
      ]);
    });
    const folder = temporaryFolder('report');
    await report({ folder });
    const common = { scope: '*', currency: 'EUR', brand: 'Alpina', run: 'build' };
    expect(dataOf(folder, 'marketing/restated').rows).toEqual([{ ...common, day: '2026-03-10', measure: 'spend', before: '13.35', after: '11.00', change: '-2.35' }]);
    expect(dataOf(folder, 'margin/restated').rows).toEqual([{ ...common, month: '2026-02', measure: 'margin', before: '0.30', after: '-0.20', change: '-0.50' }]);
    expect(dataOf(folder, 'index/flagged').rows).toEqual(expect.arrayContaining([expect.objectContaining({ what: 'Figures of the past that changed, marketing', count: 1, which: 'the newest is of 2026-03-10', page: 'marketing' })]));
  });

  test('a campaign stands with what its chains brought, its ad groups under it with what only the platform says', async () => {
    const ad = { brand: 'alpina', day: '2026-03-16', platform: 'meta', account: 'a', campaign_id: 'c', campaign_name: 'Spring', currency: 'EUR', impressions: 1, clicks: 2, claimed_value_micros: 20_000_000, hub_orders: 0, hub_revenue: 0, provisional: 0 };
    await insertMetrics(suite.database, 'metric_ad_days', [
      { ...ad, ad_group_id: 'g1', ad_group_name: 'broad', spend_micros: 4_000_000 },
      { ...ad, ad_group_id: 'g2', ad_group_name: 'narrow', spend_micros: 6_000_000 },
      { ...ad, ad_group_id: '', spend_micros: 0, claimed_value_micros: null, clicks: 0, hub_orders: 3, hub_revenue: 1_500 },
    ]);
    const folder = temporaryFolder('report');
    await report({ folder });
    const common = { scope: 'alpina', currency: 'EUR', platform: 'meta', campaign: 'Spring' };
    expect(dataOf(folder, 'marketing/campaigns-and-ad-groups').rows).toEqual([
      { ...common, ad_group: 'all', spend: '10.00', clicks: 4, claimed_value: '40.00', claimed_roas: 4, orders: 3, net_revenue: '15.00', measured_roas: 1.5 },
      { ...common, ad_group: 'narrow', spend: '6.00', clicks: 2, claimed_value: '20.00', claimed_roas: 3.333333, orders: null, net_revenue: null, measured_roas: null },
      { ...common, ad_group: 'broad', spend: '4.00', clicks: 2, claimed_value: '20.00', claimed_roas: 5, orders: null, net_revenue: null, measured_roas: null },
    ]);
  });

  test('the page of the week shows what the mail says: the last complete week beside the one before and the mean of four', async () => {
    const day = { brand: 'alpina', market: 'AT', currency: 'EUR', customer_type: 'new', category: 'subscription', discounts: 0, tax: 0, credits: 0, refunds: -1_000, orders: 1 };
    const mrr = { brand: '*', currency: 'EUR', new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, customers: 1, customers_new: 0, customers_churned: 0, churn_replaced: 0 };
    const active = { market: '*', class: '*', persons: 2 };
    const product = { brand: 'alpina', month: '2026-03', currency: 'EUR', quantity: 1, net_sales: 1_000, cost: 0, fulfilment: 0, payment_fees: 0 };
    // 9 to 15 March is the last week that is over on Wednesday the 18th.
    await insertMetrics(suite.database, 'metric_revenue_days', [{ ...day, day: '2026-02-01', gross_sales: 0, net_revenue: 0 }, { ...day, day: '2026-03-04', gross_sales: 21_000, net_revenue: 20_000 }, { ...day, day: '2026-03-10', gross_sales: 31_000, net_revenue: 30_000 }, { ...day, day: '2026-03-16', gross_sales: 7, net_revenue: 7 }]);
    await insertMetrics(suite.database, 'metric_mrr_days', [{ ...mrr, day: '2026-02-01', mrr: 0 }, { ...mrr, day: '2026-03-15', mrr: 50_000, churn: -2_000, customers_churned: 3 }]);
    await insertMetrics(suite.database, 'metric_active_days', [{ ...active, brand: 'alpina', day: '2026-03-15', subscriptions: 40 }, { ...active, brand: 'nordkraft', day: '2026-03-15', subscriptions: 5 }]);
    await insertMetrics(suite.database, 'metric_products', [{ ...product, sku: 'BEST', covered_sales: 1_000, margin: 500 }, { ...product, sku: 'LOSES', covered_sales: 1_000, margin: -20 }, { ...product, sku: 'UNKNOWN', covered_sales: 0, margin: null }]);
    await insertMetrics(suite.database, 'metric_stock', [{ brand: 'nordkraft', sku: 'BOX', location: 'north', day: '2026-03-17', on_hand: 3, available: 2, velocity: 0, status: 'reorder' }]);
    await suite.database.write(async (tx) => {
      await tx('job_runs').insert([{ ...RUN, run_id: 'failed', command: 'enrich', status: 'failed', started_at: '2026-03-11 05:00:00.000000' }]);
    });
    const folder = temporaryFolder('report');
    await report({ folder });

    const figures = (name: string) => dataOf(folder, `week/${name}`).rows.filter(({ scope }) => scope === '*').map(({ figure, currency, value, week_before: before, change, mean_of_four: mean }) => [figure, currency ?? null, value, before, change, mean]);
    expect(figures('amounts').filter(([figure]) => figure === 'Net revenue' || figure === 'MRR at the end' || figure === 'MRR churn' || figure === 'Refunds')).toEqual([
      ['Net revenue', 'EUR', '300.00', '200.00', 0.5, '50.00'],
      ['Refunds', 'EUR', '-10.00', '-10.00', null, '-2.50'],
      ['MRR at the end', 'EUR', '500.00', '0.00', null, '0.00'],
      ['MRR churn', 'EUR', '-20.00', '0.00', null, '0.00'],
    ]);
    expect(figures('counts')).toEqual([['Active subscriptions', null, 45, 0, null, 0], ['New customers', null, 0, 0, null, 0], ['Churned customers', 'EUR', 3, 0, null, 0]]);
    expect(dataOf(folder, 'week/products').rows).toEqual([
      { scope: '*', currency: 'EUR', sku: 'BEST', brand: 'Alpina', net_sales: '10.00', margin: '5.00' },
      { scope: '*', currency: 'EUR', sku: 'LOSES', brand: 'Alpina', net_sales: '10.00', margin: '-0.20' },
    ]);
    expect(dataOf(folder, 'week/stock-flags').rows).toEqual([{ scope: '*', sku: 'BOX', brand: 'Nordkraft', location: 'north', status: 'to reorder', available: 2, counted: '2026-03-17' }]);
    expect(dataOf(folder, 'week/coverage').rows).toEqual([{ scope: '*', what: 'New customers whose channel is known', in: null, known: null }, { scope: '*', what: 'Net sales with a known cost', in: 'EUR', known: 0.666667 }]);
    expect(dataOf(folder, 'week/failed-runs').rows).toEqual([{ scope: '*', command: 'enrich', status: 'failed', runs: 1 }]);
    const page = readFileSync(join(folder, asOf, 'week.html'), 'utf8');
    expect(page).toContain('Week 2026-W11, Monday 2026-03-09 to Sunday 2026-03-15.');
    expect(page).toMatch(/<b>300\.00<\/b><span>EUR net revenue<\/span><i>\+50\.0 % against the week before/);
    expect(page).toMatch(/<tr class="marked"><th scope="row">LOSES/);
  });

  test('the overview tells what is new since the report of an earlier date, by brand and currency', async () => {
    const day = { brand: 'alpina', market: 'AT', currency: 'EUR', customer_type: 'new', category: 'subscription', discounts: 0, tax: 0, credits: 0, refunds: -10, orders: 1 };
    const mrr = { currency: 'EUR', new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, customers: 1, customers_new: 2, customers_churned: 1, churn_replaced: 0 };
    const active = { brand: 'alpina', market: '*', class: '*', persons: 2 };
    const customer = { person_id: 'p', currency: 'EUR', market: 'AT', invoices: 1, acquired_on: '2026-03-16' };
    await insertMetrics(suite.database, 'metric_revenue_days', [
      { ...day, day: '2026-03-15', gross_sales: 5_000, net_revenue: 4_990 },
      { ...day, day: '2026-03-16', gross_sales: 100, net_revenue: 90 },
      { ...day, day: '2026-03-17', brand: 'nordkraft', gross_sales: 30, net_revenue: 20 },
      { ...day, day: '2026-03-18', gross_sales: 7, net_revenue: 7 },
    ]);
    await insertMetrics(suite.database, 'metric_mrr_days', ['alpina', '*'].flatMap((brand) => [{ ...mrr, brand, day: '2026-03-15', mrr: 1_000 }, { ...mrr, brand, day: '2026-03-17', mrr: 1_300 }]));
    await insertMetrics(suite.database, 'metric_active_days', [{ ...active, day: '2026-03-15', subscriptions: 5 }, { ...active, day: '2026-03-18', subscriptions: 7 }]);
    await insertMetrics(suite.database, 'metric_customers', [{ ...customer, brand: 'alpina' }, { ...customer, brand: '*' }, { ...customer, brand: '*', person_id: 'q', acquired_on: '2026-03-15' }]);
    await suite.database.write(async (tx) => {
      await tx('job_runs').insert([{ ...RUN, run_id: 'report-1', command: 'report', started_at: '2026-03-16 06:30:00.000000', params: JSON.stringify({ as_of: '2026-03-16' }) }]);
    });
    const folder = temporaryFolder('report');
    await report({ folder });
    expect(dataOf(folder, 'index/new').rows).toEqual([
      expect.objectContaining({ currency: null, brand: 'All brands', customers_new: 1, active: 7, active_change: 2 }),
      expect.objectContaining({ currency: null, brand: 'Alpina', customers_new: 1, active: 7, active_change: 2 }),
      expect.objectContaining({ currency: null, brand: 'Nordkraft', customers_new: 0, active: 0, active_change: 0 }),
      expect.objectContaining({ currency: 'EUR', brand: 'All brands', net_revenue: '1.10', refunds: '-0.20', orders: 2, mrr: '13.00', mrr_change: '3.00', subscribers_new: 2, subscribers_churned: 1 }),
      expect.objectContaining({ currency: 'EUR', brand: 'Alpina', net_revenue: '0.90', mrr: '13.00', mrr_change: '3.00' }),
      expect.objectContaining({ currency: 'EUR', brand: 'Nordkraft', net_revenue: '0.20', mrr: '0.00', subscribers_new: 0 }),
    ]);
    expect(readFileSync(join(folder, asOf, 'index.html'), 'utf8')).toContain('The report before is that of 2026-03-16. Days 2026-03-16 to 2026-03-17.');
  });

  test('the overview flags what needs a look, says how fresh each source and step is, and lists runs that failed', async () => {
    const common = { market: '*', class: '*', subscriptions: 3, persons: 2 };
    await insertMetrics(suite.database, 'metric_active_days', [{ ...common, brand: 'alpina', day: '2026-03-17' }]);
    await insertMetrics(suite.database, 'metric_stock', [{ brand: 'alpina', sku: 'BOX', location: 'north', day: '2026-03-17', on_hand: 0, available: 0, velocity: 0, status: 'out' }]);
    await insertMetrics(suite.database, 'metric_ad_days', [{ brand: 'alpina', day: '2026-03-17', platform: 'meta', account: 'a', campaign_id: 'c', ad_group_id: '', campaign_name: 'Spring', currency: 'EUR', spend_micros: 10_000_000, impressions: 1, clicks: 1, hub_orders: 1, hub_revenue: 250, provisional: 1 }]);
    const batch = { entity: 'invoice', status: 'finished', attempts: 1, run_id: 'r', finished_at: '2026-03-18 04:00:00.000000', duration_ms: 1, files: 1, bytes_scanned: 1, read: 1, inserted: 1, updated: 0, unchanged: 0, deleted: 0, stale: 0, repaired: 0, rejected: 0 };
    const problems = JSON.stringify([{ code: 'month_shrunk', message: 'metric_ad_days of alpina has only 3 of its 30 rows of 2026-01 left', brand: 'alpina' }, { code: 'month_shrunk', message: 'of another brand', brand: 'elsewhere' }]);
    await suite.database.write(async (tx) => {
      await tx('import_batches').insert([
        { ...batch, feed: 'billing', brand: 'alpina', batch: '20260316T230000Z' },
        { ...batch, feed: 'billing', brand: 'alpina', batch: '20260318T030000Z', status: 'refused' },
        { ...batch, feed: 'email', brand: 'alpina', batch: '20260317T230000Z' },
        { ...batch, feed: 'billing', brand: 'elsewhere', batch: '20260317T230000Z' },
      ]);
      await tx('job_runs').insert([
        { ...RUN, run_id: 'old', command: 'enrich', status: 'failed', started_at: '2026-03-01 05:00:00.000000' },
        { ...RUN, run_id: 'enrich', command: 'enrich', started_at: '2026-03-17 05:00:00.000000', params: JSON.stringify({ as_of: '2026-03-17' }) },
        { ...RUN, run_id: 'metrics', command: 'build-metrics', started_at: '2026-03-17 05:10:00.000000', problems },
        { ...RUN, run_id: 'import', command: 'import-billing', status: 'refused', brands: 'alpina,nordkraft', started_at: '2026-03-18 04:00:00.000000', problems: JSON.stringify([{ code: 'too_many_rejects', message: 'a batch has too many rejects', next: 'hub quarantine list' }]) },
        { ...RUN, run_id: 'other', command: 'import-billing', status: 'failed', brands: 'elsewhere', started_at: '2026-03-18 04:01:00.000000' },
      ]);
    });
    const folder = temporaryFolder('report');
    await report({ folder });
    expect(dataOf(folder, 'index/flagged').rows.map(({ what, brand, count, which, page }) => [what, brand, count, which, page])).toEqual([
      ['Runs that failed', null, 1, 'import-billing', null],
      ['Metrics that are behind', null, 1, 'they end with 2026-03-17', null],
      ['Sources that are late', 'Alpina', 1, 'billing (2 days)', null],
      ['Past months that lost more than 30 % of their rows', null, 1, 'metric_ad_days of alpina has only 3 of its 30 rows of 2026-01 left', null],
      ['Out of stock', 'Alpina', 1, 'BOX (north)', 'stock'],
      ['Campaigns with a measured ROAS below 1, last 30 days', 'Alpina', 1, 'Spring (0.25)', 'marketing'],
      ['Ad days that can still change', 'Alpina', 1, 'meta 1 (2026-03-17 to 2026-03-17)', 'marketing'],
    ]);
    expect(dataOf(folder, 'index/freshness').rows.map(({ source, newest, days_old: days, state }) => [source, newest, days, state])).toEqual([['billing', '2026-03-16 23:00', 2, 'late'], ['email', '2026-03-17 23:00', 1, 'fresh']]);
    expect(dataOf(folder, 'index/steps').rows.map(({ step, succeeded, as_of: date, failed }) => [step, succeeded, date, failed])).toEqual([
      ['import-billing', null, null, '2026-03-18 04:01'],
      ['enrich', '2026-03-17 05:00', '2026-03-17', '2026-03-01 05:00'],
      ['build-metrics', '2026-03-17 05:10', null, null],
    ]);
    expect(dataOf(folder, 'index/failed-runs').rows).toEqual([{ scope: '*', started_at: '2026-03-18 04:00', command: 'import-billing', status: 'refused', brands: 'Alpina, Nordkraft', problem: 'a batch has too many rejects', next: 'hub quarantine list' }]);
    const page = readFileSync(join(folder, asOf, 'index.html'), 'utf8');
    expect(page).toContain('<a href="stock.html">stock</a>');
    expect(page.indexOf('id="flagged"')).toBeLessThan(page.indexOf('id="revenue"'));
    expect(page.indexOf('id="freshness"')).toBeGreaterThan(page.indexOf('id="ltv"'));
  });

  test('names what is known to end, but not what goes on with another MRR', async () => {
    const segment = { brand: 'alpina', account_id: 'a', from_date: '2026-01-01', state: 'active', mrr: 1_000, currency: 'EUR', person_id: 'p', evidence: '{}' };
    await insertMetrics(suite.database, 'subscription_mrr', [
      { ...segment, chain_id: 'ends', to_date: '2026-03-20' },
      { ...segment, chain_id: 'last-day', to_date: '2026-04-17' },
      { ...segment, chain_id: 'beyond', to_date: '2026-04-18' },
      { ...segment, chain_id: 'ended', to_date: '2026-03-18' },
      { ...segment, chain_id: 'open', to_date: null },
      { ...segment, chain_id: 'changes', to_date: '2026-03-20' },
      { ...segment, chain_id: 'changes', from_date: '2026-03-20', to_date: null },
    ]);
    const folder = temporaryFolder('report');
    await report({ folder });
    expect(dataOf(folder, 'subscriptions/known-to-end').rows).toEqual([
      { scope: '*', currency: 'EUR', day: '2026-03-20', subscriptions: 1, mrr: '10.00' },
      { scope: '*', currency: 'EUR', day: '2026-04-17', subscriptions: 1, mrr: '10.00' },
    ]);
  });

  test('shows the brands, dates, pages and forms that are asked for', async () => {
    await fillMetricTables(suite.database, asOf);
    const folder = temporaryFolder('report');
    const only = { ...view, brands: ['nordkraft'], from: '2025-12-01' as LocalDate, until: '2026-03-01' as LocalDate };
    await report({ folder, view: only, pages: reportPages.filter(({ name }) => name === 'revenue'), formats: ['json'] });
    const { rows } = dataOf(folder, 'revenue/net-revenue-by-month');
    expect(rows.map(({ month, complete }) => [month, complete])).toEqual([['2025-12', 'yes'], ['2026-01', 'yes'], ['2026-02', 'yes']]);
    expect(new Set(dataOf(folder, 'revenue/customers-by-month').rows.map(({ scope }) => scope))).toEqual(new Set(['nordkraft']));
    expect(readdirSync(join(folder, asOf)).sort()).toEqual(['data', 'manifest.json']);
    expect(readdirSync(join(folder, asOf, 'data'))).toEqual(['index', 'revenue']);
  }, 60_000);

  test('a window that no chain is old enough for is unknown, and a return without a discount is none', async () => {
    const row = { brand: 'alpina', kind: 'coupon', customer_type: 'new', currency: 'EUR', chains: 2, customers: 2, net_30: 10, chains_30: 1, net_90: null, chains_90: 0, net_365: null, chains_365: 0, net_to_date: 900 };
    await insertMetrics(suite.database, 'metric_campaigns', [
      { ...row, code: 'free', month: '2026-01', discount: 0 },
      { ...row, code: 'half', month: '2026-01', discount: -300 },
      { ...row, code: 'half', month: '2026-02', discount: -300, net_30: null, chains_30: 0 },
    ]);
    const folder = temporaryFolder('report');
    await report({ folder });
    expect(dataOf(folder, 'ltv/coupons-and-campaigns').rows).toMatchObject([{ code: 'half', chains: 4, net_30: '0.10', chains_30: 1, net_90: null, discount: '-6.00', return: 3 }, { code: 'free', return: null }]);
  });

  test('predicted value stands last on the page of lifetime value, the error of its test beside it, and refusals with their reasons', async () => {
    await fillSmallTables(suite.database, asOf);
    await insertMetrics(suite.database, 'metric_mrr_days', [{ brand: 'alpina', currency: 'EUR', day: '2026-02-28', mrr: 90_000, new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, customers: 41, customers_new: 0, customers_churned: 0, churn_replaced: 0 }]);
    const folder = temporaryFolder('report');
    await report({ folder, pages: reportPages.filter(({ name }) => name === 'ltv') });
    const values = dataOf(folder, 'ltv/predicted-value').rows;
    expect(values.map(({ model, segment, customers, error, months, known_to: day }) => [model, segment, customers, error, months, day])).toEqual([
      ['One-off buyers (BG/NBD)', 'all', 17, 0.069079, 36, '2026-02-28'], ['Contracts (sBG)', 'renewed monthly', 33, 0.020814, 36, '2026-02-28'],
    ]);
    expect(dataOf(folder, 'ltv/models').rows.filter(({ refused }) => refused !== '').map(({ scope, segment, customers, refused }) => [scope, segment, customers, refused])).toEqual([
      ['alpina', 'every year', 340, 'observed for too short a time'],
      ['alpina', 'at other intervals', 12, 'models are of contracts that renew every 1, 3, 6 or 12 months'],
      ['nordkraft', 'all, EUR', 900, 'wrong by more than 25 % on the time held out'],
      ['nordkraft', 'renewed monthly', 88, 'too few customers'],
    ]);
    const page = readFileSync(join(folder, asOf, 'ltv.html'), 'utf8');
    const places = ['id="coupons-and-campaigns"', 'id="predicted-value"', 'id="models"'].map((id) => page.indexOf(id));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(page).toMatch(/33 of 41 customers with recurring revenue have a figure/);
    expect(page).toContain('wrong by more than 25 %');
    expect(readFileSync(join(folder, asOf, 'data', 'ltv', 'predicted-value.csv'), 'utf8')).toContain('0.020814');
  }, 60_000);

  test('a dry run tells the files and writes none; without metrics, or with old ones, it says so', async () => {
    const folder = temporaryFolder('report');
    expect(await report({ folder, dryRun: true })).toMatchObject({ problems: [{ code: 'no_metrics' }], totals: { files: 121 } });
    expect(readdirSync(folder)).toEqual([]);
    await insertMetrics(suite.database, 'metric_ad_days', [{ brand: 'alpina', platform: 'meta', account: 'a', campaign_id: 'c', ad_group_id: '', currency: 'EUR', impressions: 1, clicks: 1, spend_micros: 1, claimed_value_micros: 0, hub_orders: 0, hub_revenue: 0, provisional: 1, day: '2026-03-12' }]);
    expect(await report({ folder, dryRun: true })).toMatchObject({ problems: [{ code: 'metrics_behind', message: expect.stringContaining('2026-03-12') }] });
    await insertMetrics(suite.database, 'metric_active_days', [{ brand: 'alpina', market: '*', class: '*', day: '2026-03-10', subscriptions: 3, persons: 2 }]);
    expect(await report({ folder, dryRun: true })).toMatchObject({ problems: [{ code: 'metrics_behind', message: expect.stringContaining('2026-03-10') }] });
  });
});
