import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../../src/core/time.ts';
import { figuresOf } from '../../../../src/pages/report/marketing/ads.ts';
import type { AdRow } from '../../../../src/pages/report/read/marketing.repository.ts';

const row = (change: Partial<AdRow>): AdRow => ({
  ...{ scope: 'alpina', platform: 'tiktok', currency: 'EUR', campaignId: 'c', adGroupId: '', campaign: 'C', adGroup: '', day: '2026-11-03' as LocalDate },
  ...{ spendMicros: 5_000_000, clicks: null, claimedMicros: null, hubOrders: 0, hubRevenue: 0, isProvisional: false, ...change },
});

test('what a platform does not tell is no 0, and what is known of some rows is their sum', () => {
  expect(figuresOf([row({}), row({})], 'EUR')).toEqual([1_000, null, null, null, 0, 0, 0]);
  expect(figuresOf([row({}), row({ clicks: 7, claimedMicros: 20_000_000 })], 'EUR')).toEqual([1_000, 7, 2_000, 2, 0, 0, 0]);
});
