import { column, currency, date, decimal, enumeration, required } from '../contract/contract.ts';
import { feedEntity } from '../contract/feed-entity.ts';
import { AD_PLATFORMS } from './ad-performance.ts';

/** Ads: what a month may cost. */
export const adBudget = feedEntity({
  feed: 'ads',
  name: 'ad_budget',
  table: 'raw_ad_budgets',
  description: 'What a platform, an account or a campaign may spend in a month.',
  key: ['Platform', 'AccountId', 'CampaignId', 'Month', 'Currency'],
  fields: {
    Platform: enumeration(AD_PLATFORMS, { ...required }),
    AccountId: column('id', { foreign: 64, note: 'Empty: of all accounts of the platform.' }),
    CampaignId: column('id', { foreign: 64, note: 'Empty: of all campaigns of the account.' }),
    Month: date({ ...required, note: 'Any day of it.' }),
    Currency: currency(required),
    Amount: decimal(required),
  },
});
