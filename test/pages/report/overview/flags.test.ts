import { describe, expect, test } from '@jest/globals';

import { problem } from '../../../../src/core/problem.ts';
import type { BatchId, Instant, LocalDate } from '../../../../src/core/time.ts';
import { flagOf } from '../../../../src/pages/report/overview/flag.ts';
import { marginFlags, stockFlags } from '../../../../src/pages/report/overview/goods-flags.ts';
import { channelFlags, provisionalFlags, roasFlags } from '../../../../src/pages/report/overview/marketing-flags.ts';
import { failureFlags, latenessFlags, problemFlags, rateFlags, restatedFlags } from '../../../../src/pages/report/overview/run-flags.ts';
import type { ProductRow, StockRow } from '../../../../src/pages/report/read/goods.repository.ts';
import type { AdRow } from '../../../../src/pages/report/read/marketing.repository.ts';

const asOf = '2026-03-18' as LocalDate;
const day = (text: string): LocalDate => text as LocalDate;

const product = (sku: string, margin: number | null, more: Partial<ProductRow> = {}): ProductRow => ({
  ...{ scope: 'alpina', month: '2026-03', sku, currency: 'EUR', quantity: 1, netSales: 100, coveredSales: 0, cost: 0, fulfilment: 0, paymentFees: 0, margin },
  ...more,
});
const stock = (sku: string, status: string, more: Partial<StockRow> = {}): StockRow => ({
  ...{ scope: 'alpina', sku, location: '', day: asOf, onHand: 0, available: 0, reorderPoint: null, velocity: 0, daysLeft: null, status },
  ...more,
});
const ad = (campaign: string, spendMicros: number, hubRevenue: number, more: Partial<AdRow> = {}): AdRow => ({
  ...{ scope: 'alpina', platform: 'meta', currency: 'EUR', campaignId: campaign, adGroupId: '', campaign, adGroup: '', day: asOf, spendMicros, clicks: 0, claimedMicros: 0, hubOrders: 0, hubRevenue, isProvisional: false },
  ...more,
});

describe('flags of the overview', () => {
  test('name five things and count the others', () => {
    expect(flagOf('Out', 'alpina', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'stock')).toEqual([{ what: 'Out', brand: 'alpina', count: 7, which: 'a; b; c; d; e and 2 more', page: 'stock' }]);
    expect(flagOf('Out', 'alpina', [], 'stock')).toEqual([]);
  });

  test('products lose money by the sum of their months, by brand and currency, the largest loss first', () => {
    const rows = [product('up', -50, { month: '2026-02' }), product('up', 80), product('small', -10), product('large', -1_234), product('large', 5, { currency: 'USD' }), product('', null), product('unknown', null)];
    expect(marginFlags([...rows, product('small', -3, { scope: 'belmont' })])).toEqual([
      { what: 'Products that lose money', brand: 'alpina', count: 2, which: 'large (−12.34 EUR); small (−0.10 EUR)', page: 'margin' },
      { what: 'Products that lose money', brand: 'belmont', count: 1, which: 'small (−0.03 EUR)', page: 'margin' },
      { what: 'Products without a known cost', brand: 'alpina', count: 1, which: 'unknown', page: 'margin' },
    ]);
  });

  test('stock is flagged by what has to be done, and what runs out first stands first', () => {
    const rows = [stock('later', 'reorder', { daysLeft: 9 }), stock('sooner', 'reorder', { daysLeft: 2, location: 'north' }), stock('fine', 'ok'), stock('nobody-knows', 'unknown'), stock('old', 'stale'), stock('gone', 'out', { scope: 'belmont' })];
    expect(stockFlags(rows).map(({ what, brand, which }) => [what, brand, which])).toEqual([
      ['Out of stock', 'belmont', 'gone'],
      ['To reorder', 'alpina', 'sooner (north); later'],
      ['Stock not counted lately', 'alpina', 'old'],
    ]);
  });

  test('a campaign is flagged if what it brought over all its ad groups is less than its spend, never without spend', () => {
    const rows = [ad('loses', 30_000_000, 0, { adGroupId: 'g' }), ad('loses', 0, 1_500), ad('even', 10_000_000, 1_000), ad('free', 0, 0), ad('dear', 90_000_000, 0, { currency: 'JPY' })];
    expect(roasFlags(rows)).toEqual([{ what: 'Campaigns with a measured ROAS below 1, last 30 days', brand: 'alpina', count: 2, which: 'loses (0.50); dear (0.00)', page: 'marketing' }]);
  });

  test('ad days that can change and unknown channels are told with their share', () => {
    const days = { scope: 'alpina', platform: 'meta', days: 28, first: day('2026-02-19'), last: day('2026-03-17') };
    expect(provisionalFlags([days, { ...days, platform: 'google', days: 2 }])).toMatchObject([{ brand: 'alpina', count: 30, which: 'meta 28 (2026-02-19 to 2026-03-17); google 2 (2026-02-19 to 2026-03-17)' }]);
    expect(channelFlags({ unclassified: 3, all: 12 })).toMatchObject([{ count: 3, which: '25.0 % of 12' }]);
    expect(channelFlags({ unclassified: 0, all: 12 })).toEqual([]);
  });

  test('a source is late two days after its newest batch, and metrics are behind before the date or not there', () => {
    const feed = (source: string, newest: string) => ({ source, brand: 'alpina', newest: newest as BatchId, importedAt: '2026-03-18 05:00:00.000000' as Instant });
    expect(latenessFlags([feed('billing', '20260317T230000Z'), feed('ads', '20260316T230000Z')], asOf, asOf)).toMatchObject([{ what: 'Sources that are late', brand: 'alpina', which: 'ads (2 days)' }]);
    expect(latenessFlags([], day('2026-03-17'), asOf)).toMatchObject([{ what: 'Metrics that are behind', which: 'they end with 2026-03-17' }]);
    expect(latenessFlags([], undefined, asOf)).toMatchObject([{ which: 'there are none: hub build-metrics makes them' }]);
  });

  test('problems of metrics are told once each, the newest first, in words where there are some', () => {
    const found = [problem('month_shrunk', 'metric_ad_days of alpina has 3'), problem('unpriced_charge', 'coverage: 1 subscriptions'), problem('month_shrunk', 'metric_ad_days of alpina has 3'), problem('month_shrunk', 'of belmont'), problem('new_code', 'something')];
    expect(problemFlags(found).map(({ what, which }) => [what, which])).toEqual([
      ['Past months that lost more than 30 % of their rows', 'of belmont; metric_ad_days of alpina has 3'],
      ['Subscriptions with a charge without a price', '1 subscriptions'],
      ['Found by build-metrics: new code', 'something'],
    ]);
  });

  test('changes of the past are counted by the page that lists them', () => {
    const page = (name: string, rows: (string | number)[][]) => ({ page: { name, title: 'Revenue', question: '' }, cards: [], sections: [{ section: { name: 'restated', title: '', definition: '', unit: '' }, coverage: '', blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns: [], rows }] }] });
    expect(restatedFlags([page('revenue', [['2026-03-12', 1], ['2026-03-01', 2]]), page('ltv', [])])).toEqual([{ what: 'Figures of the past that changed, revenue', brand: null, count: 2, which: 'the newest is of 2026-03-12', page: 'revenue' }]);
  });

  test('runs that failed are counted, and currencies are missed only where amounts are converted', () => {
    const run = (command: string) => ({ command, brands: [], startedAt: '2026-03-18 05:00:00.000000' as Instant, status: 'failed', problems: [], asOf: null });
    expect(failureFlags([run('enrich'), run('import-ads'), run('enrich')])).toMatchObject([{ count: 3, which: 'enrich 2 times; import-ads' }]);
    expect(rateFlags(['CHF', 'EUR', 'USD'], { base: 'EUR', rates: { CHF: '1.05' } })).toMatchObject([{ which: 'USD' }]);
    expect(rateFlags(['USD'], undefined)).toEqual([]);
  });
});
