import { currencyAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Campaigns, stated whole by each batch. */
export const googleCampaigns = sourceStream({
  platform: 'google_ads',
  stream: 'campaigns',
  description: 'A campaign on Google with its status and budget. A batch states all of an account.',
  disposition: 'snapshot',
  key: ['campaign.id'],
  fields: {
    id: platformId('campaign.id', required),
    name: textAt('campaign.name'),
    status: textAt('campaign.status'),
    channel_type: textAt('campaign.advertisingChannelType'),
    budget_micros: integerAt('campaignBudget.amountMicros'),
    total_budget_micros: integerAt('campaignBudget.totalAmountMicros'),
    budget_period: textAt('campaignBudget.period'),
  },
  owners: [],
});

/** Ad groups, stated whole by each batch. */
export const googleAdGroups = sourceStream({
  platform: 'google_ads',
  stream: 'ad_groups',
  description: 'An ad group on Google with its status. A batch states all of an account.',
  disposition: 'snapshot',
  key: ['adGroup.id'],
  fields: { id: platformId('adGroup.id', required), name: textAt('adGroup.name'), status: textAt('adGroup.status'), campaign_id: platformId('campaign.id') },
  owners: [],
});

/** The account. */
export const googleCustomer = sourceStream({
  platform: 'google_ads',
  stream: 'customer',
  description: 'An account on Google Ads: its zone and its currency.',
  disposition: 'snapshot',
  key: ['customer.id'],
  fields: {
    id: platformId('customer.id', required),
    name: textAt('customer.descriptiveName'),
    status: textAt('customer.status'),
    currency: currencyAt('customer.currencyCode'),
    zone: textAt('customer.timeZone'),
  },
  owners: [],
});
