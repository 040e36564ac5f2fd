import { MOST_IN_MICROS, type Entity } from '../../contract/contract.ts';
import { currencyAt, dateAt, decimalAt, integerAt, platformId, sourceStream, textAt, type FieldSpec } from '../../contract/source-stream.ts';

const required = { required: true } as const;
const campaign: Readonly<Record<string, FieldSpec>> = { campaign_id: platformId('campaign_id', required), campaign_name: textAt('campaign_name') };
const adSet: Readonly<Record<string, FieldSpec>> = { ad_group_id: platformId('adset_id', required), ad_group_name: textAt('adset_name') };

function dayStream(stream: string, description: string, key: string, objects: Readonly<Record<string, FieldSpec>>): Entity {
  return sourceStream({
    ...{ platform: 'meta_ads', stream, description, disposition: 'replace', key: ['date_start', key], owners: [] },
    fields: {
      date: dateAt('date_start', { ...required, note: 'A day of the ad account, in its own time zone.' }),
      ...objects,
      currency: currencyAt('account_currency', required),
      spend: decimalAt('spend', { ...required, most: MOST_IN_MICROS, note: 'In major units; every digit is kept.' }),
      impressions: integerAt('impressions'),
      clicks: integerAt('clicks'),
      actions: textAt('actions', { note: 'JSON list of kinds and numbers, as Meta gives it.' }),
      action_values: textAt('action_values', { note: 'The same with amounts in major units.' }),
      attribution: textAt('attribution_setting'),
    },
  });
}

/** What ad sets did. */
export const metaAdSetDay = dayStream('ad_set_day', 'What an ad set on Meta cost and brought on a day of its account.', 'adset_id', { ...campaign, ...adSet });
/** What campaigns did. */
export const metaCampaignDay = dayStream('campaign_day', 'What a campaign on Meta cost and brought on a day of its account.', 'campaign_id', campaign);
/** What accounts did. */
export const metaAccountDay = dayStream('account_day', 'What an ad account on Meta cost on a day: the control of its campaigns.', 'account_id', { account_id: platformId('account_id', required) });
