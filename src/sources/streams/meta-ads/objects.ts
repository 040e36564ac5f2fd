import { currencyAt, integerAt, platformId, sourceStream, textAt, type FieldSpec } from '../../contract/source-stream.ts';

const required = { required: true } as const;
const budget = { note: "In Meta's own minor unit of the account's currency." } as const;
const common: Readonly<Record<string, FieldSpec>> = {
  id: platformId('id', required),
  name: textAt('name'),
  status: textAt('effective_status'),
  daily_budget: integerAt('daily_budget', budget),
  lifetime_budget: integerAt('lifetime_budget', budget),
};

/** Campaigns, stated whole by each batch. */
export const metaCampaigns = sourceStream({
  platform: 'meta_ads',
  stream: 'campaigns',
  description: 'A campaign on Meta with its status and budget. A batch states all of an account.',
  disposition: 'snapshot',
  fields: common,
  owners: [],
});

/** Ad sets, stated whole by each batch. */
export const metaAdSets = sourceStream({
  platform: 'meta_ads',
  stream: 'ad_sets',
  description: 'An ad set on Meta with its status and budget. A batch states all of an account.',
  disposition: 'snapshot',
  fields: { ...common, campaign_id: platformId('campaign_id', required) },
  owners: [],
});

/** The ad account. */
export const metaAccount = sourceStream({
  platform: 'meta_ads',
  stream: 'account',
  description: 'An ad account on Meta: its zone and its currency.',
  disposition: 'snapshot',
  key: ['account_id'],
  fields: {
    id: platformId('account_id', required),
    name: textAt('name'),
    status: integerAt('account_status'),
    currency: currencyAt('currency', required),
    zone: textAt('timezone_name', required),
  },
  owners: [],
});
