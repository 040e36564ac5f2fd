import type { Entity } from '../../contract/contract.ts';
import { currencyAt, dateAt, integerAt, platformId, sourceStream, textAt, type FieldSpec } from '../../contract/source-stream.ts';

const required = { required: true } as const;
const fraction = { note: 'As a floating number with all its digits.' } as const;
const campaign: Readonly<Record<string, FieldSpec>> = { campaign_id: platformId('campaign.id', required), campaign_name: textAt('campaign.name') };
const adGroup: Readonly<Record<string, FieldSpec>> = { ad_group_id: platformId('adGroup.id', required), ad_group_name: textAt('adGroup.name') };

function dayStream(stream: string, description: string, key: string, objects: Readonly<Record<string, FieldSpec>>): Entity {
  return sourceStream({
    ...{ platform: 'google_ads', stream, description, disposition: 'replace', key: ['segments.date', key], owners: [] },
    fields: {
      date: dateAt('segments.date', { ...required, note: 'A day of the account, in its own time zone.' }),
      ...objects,
      currency: currencyAt('customer.currencyCode', required),
      spend_micros: integerAt('metrics.costMicros', required),
      impressions: integerAt('metrics.impressions'),
      clicks: integerAt('metrics.clicks'),
      conversions: textAt('metrics.conversions', fraction),
      conversion_value: textAt('metrics.conversionsValue', { note: 'In major units, as a floating number with all its digits.' }),
    },
  });
}

/** What ad groups did. */
export const googleAdGroupDay = dayStream('ad_group_day', 'What an ad group on Google cost and brought on a day of its account.', 'adGroup.id', { ...campaign, ...adGroup });
/** What campaigns did. */
export const googleCampaignDay = dayStream('campaign_day', 'What a campaign on Google cost and brought on a day of its account.', 'campaign.id', campaign);
/** What accounts did. */
export const googleCustomerDay = dayStream('customer_day', 'What an account on Google Ads cost on a day: the control of its campaigns.', 'customer.id', { customer_id: platformId('customer.id', required) });
