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
      ...{ net_30: 950, chains_30: 1, net_90: null, chains_90: 0, net_365: null, chains_365: 0, net_to_date: 2450, row_id: '' },
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
