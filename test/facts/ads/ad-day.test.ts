import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { adDayFacts } from '../../../src/facts/ads/ad-day.ts';
import { metaSource } from '../../../src/facts/ads/meta-ads.ts';

const place = { source: metaSource, account: 'main', day: '2026-11-25' as LocalDate };
const group = (campaign: string, id: string, more: object) => ({ campaign_id: campaign, ad_group_id: id, currency: 'CHF', impressions: '10', clicks: '1', lake_batch: 'b', ...more });
const campaign = (id: string, more: object) => ({ campaign_id: id, campaign_name: `C ${id}`, currency: 'CHF', impressions: '10', clicks: '1', lake_batch: 'c', ...more });
const purchases = (value: string) => JSON.stringify([{ action_type: 'purchase', value: '99' }, { action_type: 'omni_purchase', value }]);

test('a campaign is the sum of its ad groups and a remainder, to the micro', () => {
  const facts = adDayFacts(place, {
    zone: 'Europe/Zurich',
    groups: [group('1', '11', { spend: '1.000001', actions: purchases('2') }), group('1', '12', { spend: '0.1' })],
    campaigns: [campaign('1', { spend: '1.500000', impressions: '30', actions: purchases('2.5'), action_values: purchases('10.10') })],
  });
  expect(facts.map(({ fact }) => [fact['ad_group_id'], fact['spend_micros'], fact['impressions'], fact['clicks'], fact['claimed_conversions'], fact['claimed_value_micros']])).toEqual([
    ['11', 1_000_001, 10, 1, '2', null],
    ['12', 100_000, 10, 1, null, null],
    ['', 399_999, 10, -1, '0.5', 10_100_000],
  ]);
  expect(facts.reduce((sum, { fact }) => sum + Number(fact['spend_micros']), 0)).toBe(1_500_000);
  expect(facts[2]).toMatchObject({ batch: 'c', fact: { platform: 'meta', zone: 'Europe/Zurich', campaign_name: 'C 1', date: '2026-11-25' } });
});

test('a campaign that is its ad groups has no remainder, one without ad groups is all of it, and one of nothing is there', () => {
  const facts = adDayFacts(place, {
    zone: null,
    groups: [group('1', '11', { spend: '1.00' })],
    campaigns: [campaign('1', { spend: '1' }), campaign('2', { spend: '3' }), campaign('3', { spend: '0', impressions: null, clicks: null })],
  });
  expect(facts.map(({ fact }) => [fact['campaign_id'], fact['ad_group_id'], fact['spend_micros']])).toEqual([['1', '11', 1_000_000], ['2', '', 3_000_000], ['3', '', 0]]);
});

test('ad groups whose campaign was not asked for stand for themselves', () => {
  expect(adDayFacts(place, { zone: null, groups: [group('1', '11', { spend: '1.00' })], campaigns: [] })).toHaveLength(1);
});
