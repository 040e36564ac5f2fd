import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { campaignRecords, type CampaignFact } from '../../../src/metrics/aggregates/campaigns.ts';

/** `chain start date net discount` */
const fact = (text: string, changes: Partial<CampaignFact> = {}): CampaignFact => {
  const [chainId = '', chainStart = '', date = '', net = '', discount = '0'] = text.split(' ');
  const days = { chainStart: chainStart as LocalDate, date: date as LocalDate };
  return { chainId, ...days, coupon: 'spring', campaign: null, customerType: 'new', personId: `person of ${chainId}`, currency: 'EUR', net: Number(net), discount: Number(discount), ...changes };
};
const asOf = '2026-03-05' as LocalDate;

test('a window counts chains that are that old, and only what came within it', () => {
  const facts = ['a 2026-02-01 2026-02-01 900 -100', 'a 2026-02-01 2026-03-02 50', 'a 2026-02-01 2026-03-03 1000', 'b 2026-02-10 2026-02-10 500'].map((text) => fact(text));
  expect(campaignRecords('alpina', '2026-02', asOf, facts).map((row) => ({ ...row, row_id: '' }))).toEqual([
    {
      ...{ brand: 'alpina', month: '2026-02', kind: 'coupon', code: 'spring', customer_type: 'new', currency: 'EUR', chains: 2, customers: 2, discount: -100 },
      ...{ net_30: 950, chains_30: 1, net_90: null, chains_90: 0, net_365: null, chains_365: 0, net_to_date: 2450, spend: null, row_id: '' },
    },
  ]);
});

test('a chain with a coupon and a campaign counts once in each, and currencies never add', () => {
  const facts = [fact('a 2026-02-01 2026-02-01 900', { campaign: 'tv' }), fact('a 2026-02-01 2026-02-02 100', { campaign: 'tv', currency: 'CHF' })];
  const rows = campaignRecords('alpina', '2026-02', asOf, facts);
  expect(rows.map(({ kind, code, currency, net_to_date: net }) => `${kind} ${code} ${currency} ${net}`)).toEqual(['coupon spring EUR 900', 'campaign tv EUR 900', 'coupon spring CHF 100', 'campaign tv CHF 100']);
  expect(new Set(rows.map(({ row_id: id }) => id)).size).toBe(4);
});

test('the day of the run is not complete, so what is dated on it is left out', () => {
  expect(campaignRecords('alpina', '2026-02', asOf, [fact('a 2026-02-01 2026-03-05 900')])).toEqual([]);
});

test('spend of a campaign stands once, on the row of new customers of its id, else of its name, in its own currency', () => {
  const facts = [fact('a 2026-02-01 2026-02-01 900', { campaign: 'spring', coupon: null }), fact('b 2026-02-01 2026-02-01 500', { campaign: 'spring', coupon: null, customerType: 'existing' }), fact('c 2026-02-01 2026-02-01 70', { campaign: 'autumn', coupon: null, customerType: 'existing' })];
  const spend = (campaignId: string, campaignName: string | null, micros: number, currency = 'EUR') => ({ campaignId, campaignName, micros, currency });
  const rows = campaignRecords('alpina', '2026-02', asOf, facts, [
    ...[spend('c1', ' Spring ', 10_004_000), spend('c2', 'spring', 2_000), spend('AUTUMN', 'spring', 7_000_000), spend('c3', 'Nobody came', 5_000_000)],
    ...[spend('c1', 'spring', 1_000_000, 'CHF'), spend('-', null, 0)],
  ]);
  expect(rows.map(({ code, customer_type: type, currency, chains, net_to_date: net, spend: own }) => [code, type, currency, chains, net, own])).toEqual([
    ['spring', 'new', 'EUR', 1, 900, 1_001],
    ['spring', 'existing', 'EUR', 1, 500, null],
    ['autumn', 'existing', 'EUR', 1, 70, 700],
    ['nobody came', 'new', 'EUR', 0, 0, 500],
    ['spring', 'new', 'CHF', 0, 0, 100],
  ]);
});
