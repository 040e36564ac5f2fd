import { billionths } from '../../core/decimal.ts';
import { numberOf } from '../../db/dialect.ts';
import { sourceMoney } from '../../sources/api/money.ts';
import { amazonAds } from '../../sources/platforms/amazon-ads/amazon-ads.ts';
import { amazonSbCampaignDay, amazonSdCampaignDay, amazonSpAdGroupDay } from '../../sources/streams/amazon-ads/days.ts';
import { amazonProfiles } from '../../sources/streams/amazon-ads/profiles.ts';
import type { Values } from '../fact.ts';
import { microsOf } from '../row-facts.ts';
import type { AdEntity, AdFigures, AdSource } from './ad-source.ts';

const CAMPAIGN_DAYS = [amazonSbCampaignDay, amazonSdCampaignDay];

/** Amazon Ads: campaigns without ad groups in the reports are rows of their own; campaigns are known by the days that name them. */
export const amazonSource: AdSource = {
  name: 'amazon',
  platform: amazonAds,
  groupDays: [amazonSpAdGroupDay],
  campaignDays: CAMPAIGN_DAYS,
  accountDays: null,
  figuresOf,
  attribution: new Map([[amazonSpAdGroupDay, '14d_click'], ...CAMPAIGN_DAYS.map((stream) => [stream, '14d_click_view'] as const)]),
  entities: [
    ...[amazonSpAdGroupDay, ...CAMPAIGN_DAYS].map((stream) => ({ kind: 'campaign' as const, stream, of: campaignOf, byDay: true as const })),
    { kind: 'ad_group', stream: amazonSpAdGroupDay, of: adGroupOf, byDay: true },
  ],
  account: amazonProfiles,
};

function figuresOf({ spend, impressions, clicks, purchases, sales }: Values): AdFigures {
  return {
    spendMicros: microsOf(spend ?? '0'),
    impressions: numberOf(impressions),
    clicks: numberOf(clicks),
    conversions: purchases ? billionths(purchases) : null,
    valueMicros: sales ? microsOf(sales) : null,
  };
}

function campaignOf(row: Values, currency: string | null): AdEntity {
  const budget = budgetOf(row['budget'], currency);
  return { id: row['campaign_id'] ?? '', name: row['campaign_name'] ?? null, status: row['campaign_status'] ?? null, parentId: null, budget, budgetPeriod: budget === null ? null : periodOf(row['budget_type']) };
}

/** What a report says of an ad group beside its figures is its name. */
function adGroupOf(row: Values): AdEntity {
  return { id: row['ad_group_id'] ?? '', name: row['ad_group_name'] ?? null, status: null, parentId: row['campaign_id'] ?? null, budget: null, budgetPeriod: null };
}

function budgetOf(amount: string | null | undefined, currency: string | null): number | null {
  if (!amount || currency === null) return null;
  const minor = Number(sourceMoney(amount, 'decimal', currency, 'minor') ?? 0);
  return Number.isSafeInteger(minor) && minor > 0 ? minor : null;
}

/** The report of Sponsored Display does not say for how long a budget is. */
function periodOf(type: string | null | undefined): AdEntity['budgetPeriod'] {
  return /daily/i.test(type ?? '') ? 'daily' : /lifetime/i.test(type ?? '') ? 'lifetime' : null;
}
