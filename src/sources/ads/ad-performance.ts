import { column, currency, date, decimal, enumeration, integer, MOST_IN_MICROS, required, text } from '../contract/contract.ts';
import { feedEntity } from '../contract/feed-entity.ts';
import { restated } from '../contract/keeping.ts';

/** The platforms that advertise; those of the channel fact among them (metrics specification, "Feeds"). */
export const AD_PLATFORMS = ['meta', 'google', 'tiktok', 'microsoft', 'amazon', 'other'] as const;

const BESIDE = { borderless: true } as const;

/** Ads: what an ad group did on a day of its account, as the platform says. */
export const adPerformance = feedEntity({
  feed: 'ads',
  name: 'ad_performance',
  table: 'raw_ad_performance',
  description: 'What a campaign or ad group cost and brought on one day of the ad account. A batch states each day of an account whole.',
  key: ['Platform', 'AccountId', 'Date', 'CampaignId', 'AdGroupId'],
  keeping: restated({ account: ['platform', 'account_id'], day: 'date' }),
  fields: {
    Platform: enumeration(AD_PLATFORMS, { ...required }),
    AccountId: column('id', { ...required, foreign: 64 }),
    Date: date({ ...required, note: 'A day of the ad account, in its own time zone.' }),
    CampaignId: column('id', { ...required, foreign: 64, ownWords: ['-'], note: '`-` on a day without campaigns, which is one row with Spend 0.' }),
    AdGroupId: column('id', { foreign: 64, note: 'Called ad set by some platforms; empty for what a campaign has beyond its ad groups.' }),
    CampaignName: text(BESIDE),
    AdGroupName: text(BESIDE),
    TimeZone: text(BESIDE),
    Currency: currency({ ...required, note: 'Of the account.' }),
    Spend: decimal({ ...required, most: MOST_IN_MICROS, note: 'In major units; fractions of a cent are kept.' }),
    Impressions: integer(),
    Clicks: integer(),
    Conversions: decimal({ note: 'As the platform claims.' }),
    ConversionValue: decimal({ most: MOST_IN_MICROS, note: 'As the platform claims.' }),
  },
});
