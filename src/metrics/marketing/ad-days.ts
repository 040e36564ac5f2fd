import { compareText } from '../../core/compare.ts';
import { addDays, dateOf, instantOfBatch, type BatchId, type LocalDate } from '../../core/time.ts';
import { codeOf } from '../records/code.ts';
import { metricAdDays, type AdDayRecord } from '../records/marketing-tables.ts';

/** A day of an ad group as its platform says, and the batch that stated it last. */
export interface AdDay {
  readonly platform: string;
  readonly account: string;
  readonly day: LocalDate;
  readonly campaignId: string;
  readonly adGroupId: string;
  readonly campaignName: string | null;
  readonly adGroupName: string | null;
  readonly currency: string;
  readonly spendMicros: number;
  readonly impressions: number | null;
  readonly clicks: number | null;
  readonly claimedConversions: string | null;
  readonly claimedValueMicros: number | null;
  readonly statedBy: BatchId;
}

/** What the chains of a campaign that began on a day brought in so far, without tax, in minor units. */
export interface CampaignDay {
  /** As codes are compared. */
  readonly campaign: string;
  readonly day: LocalDate;
  readonly currency: string;
  readonly chains: number;
  readonly revenue: number;
}

interface Campaign {
  readonly day: AdDay;
  readonly key: string;
}

/**
 * The rows of a brand's ad days, those that platforms state and those on which chains of a campaign began. A chain belongs to the
 * campaign with its id, else with its name, in the currency of that ad account; of several with one name to the first.
 * @param restateDaysOf after how many days a platform no longer changes a day
 */
export function adDayRecords(brand: string, days: readonly AdDay[], chains: readonly CampaignDay[], restateDaysOf: (platform: string) => number): AdDayRecord[] {
  const records = new Map<string, AdDayRecord>();
  for (const day of days) records.set(keyOf(day), recordOf(brand, day, restateDaysOf));
  const campaigns = campaignsOf(days);
  for (const chain of chains) {
    const campaign = campaigns.get(chain.campaign);
    if (campaign === undefined || campaign.day.currency !== chain.currency) continue;
    const place: AdDay = { ...campaign.day, day: chain.day, adGroupId: '', adGroupName: null, spendMicros: 0, impressions: 0, clicks: 0, claimedConversions: null, claimedValueMicros: null };
    const key = keyOf(place);
    const record = records.get(key) ?? recordOf(brand, place, restateDaysOf);
    records.set(key, { ...record, hub_orders: record.hub_orders + chain.chains, hub_revenue: record.hub_revenue + chain.revenue });
  }
  return [...records.values()];
}

/** True while the platform may still change the day: no batch so many days after it has stated it. */
function isProvisional(day: LocalDate, statedBy: BatchId, restateDays: number): boolean {
  return dateOf(instantOfBatch(statedBy)) < addDays(day, restateDays);
}

/** The campaigns by their ids and names; an id goes before a name. */
function campaignsOf(days: readonly AdDay[]): Map<string, Campaign> {
  const sorted = days.map((day) => ({ day, key: keyOf(day) })).sort((a, b) => compareText(a.key, b.key));
  const byName = new Map<string, Campaign>();
  for (const campaign of [...sorted].reverse()) if (campaign.day.campaignName !== null) byName.set(codeOf(campaign.day.campaignName), campaign);
  for (const campaign of [...sorted].reverse()) byName.set(codeOf(campaign.day.campaignId), campaign);
  return byName;
}

function recordOf(brand: string, { platform, account, day, campaignId, adGroupId, currency, statedBy, ...known }: AdDay, restateDaysOf: (platform: string) => number): AdDayRecord {
  return metricAdDays.rowOf({
    ...{ brand, day, platform, account, campaign_id: campaignId, ad_group_id: adGroupId, campaign_name: known.campaignName, ad_group_name: known.adGroupName, currency },
    ...{ spend_micros: known.spendMicros, impressions: known.impressions, clicks: known.clicks },
    ...{ claimed_conversions: known.claimedConversions, claimed_value_micros: known.claimedValueMicros, hub_orders: 0, hub_revenue: 0 },
    provisional: isProvisional(day, statedBy, restateDaysOf(platform)),
  });
}

function keyOf({ platform, account, campaignId, adGroupId, currency, day }: AdDay): string {
  return [platform, account, campaignId, adGroupId, currency, day].join('\t');
}
