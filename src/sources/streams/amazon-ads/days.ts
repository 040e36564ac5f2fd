import { MOST_IN_MICROS, type Entity } from '../../contract/contract.ts';
import { currencyAt, dateAt, decimalAt, integerAt, platformId, sourceStream, textAt, type FieldSpec } from '../../contract/source-stream.ts';

const required = { required: true } as const;
const float = { form: 'float' } as const;
const budgetType: Readonly<Record<string, FieldSpec>> = { budget_type: textAt('campaignBudgetType') };
const adGroup: Readonly<Record<string, FieldSpec>> = { ad_group_id: platformId('adGroupId', required), ad_group_name: textAt('adGroupName') };

function dayStream(stream: string, description: string, key: string, claimed: readonly [purchases: string, sales: string], objects: Readonly<Record<string, FieldSpec>>): Entity {
  const [purchases, sales] = claimed;
  return sourceStream({
    ...{ platform: 'amazon_ads', stream, description, disposition: 'replace', key: ['date', key], owners: [] },
    fields: {
      date: dateAt('date', { ...required, note: 'A day of the profile, in its own time zone.' }),
      campaign_id: platformId('campaignId', required),
      campaign_name: textAt('campaignName'),
      campaign_status: textAt('campaignStatus'),
      budget: { ...decimalAt('campaignBudgetAmount', { note: 'In major units.' }), ...float },
      ...objects,
      currency: currencyAt('campaignBudgetCurrencyCode', required),
      spend: { ...decimalAt('cost', { ...required, most: MOST_IN_MICROS, note: 'In major units, as a floating number rounded to nine places.' }), ...float },
      impressions: integerAt('impressions'),
      clicks: integerAt('clicks'),
      purchases: { ...decimalAt(purchases, { note: 'Within 14 days, as Amazon claims.' }), ...float },
      sales: { ...decimalAt(sales, { most: MOST_IN_MICROS, note: 'In major units.' }), ...float },
    },
  });
}

/** What ad groups of Sponsored Products did. */
export const amazonSpAdGroupDay = dayStream('sp_ad_group_day', 'What an ad group of Sponsored Products on Amazon cost and brought on a day of its profile.', 'adGroupId', ['purchases14d', 'sales14d'], { ...budgetType, ...adGroup });
/** What campaigns of Sponsored Brands did. */
export const amazonSbCampaignDay = dayStream('sb_campaign_day', 'What a campaign of Sponsored Brands on Amazon cost and brought on a day of its profile.', 'campaignId', ['purchases', 'sales'], budgetType);
/** What campaigns of Sponsored Display did. */
export const amazonSdCampaignDay = dayStream('sd_campaign_day', 'What a campaign of Sponsored Display on Amazon cost and brought on a day of its profile.', 'campaignId', ['purchases', 'sales'], {});
