import { addDays, type BatchId, type LocalDate } from '../../core/time.ts';
import { numberOf, textOf } from '../../db/dialect.ts';
import { adSources } from '../../facts/ads/ad-sources.ts';
import type { DayRange } from '../aggregates/calendar.ts';
import type { CampaignSpend } from '../aggregates/campaigns.ts';
import type { AggregateSource } from '../aggregates/read-aggregates.repository.ts';
import { GROUP } from '../records/group.ts';
import type { PlatformSpend } from './acquisition-records.ts';
import type { AdDay, CampaignDay } from './ad-days.ts';
import { FORECAST_DAYS, type Budget, type SpendDay } from './pacing-records.ts';

const FILES = 'ads';
const APIS = 'sources';
/** The platforms whose APIs are asked, by the streams of their days. */
const PLATFORMS = new Map(adSources.flatMap(({ name, groupDays, campaignDays }) => [...groupDays, ...campaignDays].map((entity) => [entity.name, name] as const)));

/** Source, platform and account of a statement: files name the platform in the account. */
function accountOf(stream: string, account: string): readonly [string, string, string] {
  const [platform = '', ...rest] = account.split('/');
  const api = PLATFORMS.get(stream);
  return api === undefined ? [FILES, platform, rest.join('/')] : [APIS, api, account];
}

/** The ad days of a brand in a range, with what stated each last: a day may be stated again without a change. */
export async function readAdDays({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<AdDay[]> {
  const stated = await database.dialect.selectRows(tx, 'select stream, account, day, batch from source_days where brand = ? and source in (?, ?) and day >= ? and day < ? order by batch desc', [brand, FILES, APIS, from, to]);
  // Of the streams of an API the one that was asked for first tells how old a day is.
  const statements = new Map(stated.map(([stream, account, day, batch]) => [[...accountOf(String(stream), String(account)), String(day)].join('\t'), batch as BatchId]));
  const date = database.dialect.quote('date');
  const rows = await database.dialect.selectRows(
    tx,
    `select platform, account, ${date}, campaign_id, ad_group_id, campaign_name, ad_group_name, currency, spend_micros, impressions, clicks, claimed_conversions, claimed_value_micros, source, batch
      from ad_performance where brand = ? and ${date} >= ? and ${date} < ? order by platform, account, ${date}, campaign_id, ad_group_id`,
    [brand, from, to],
  );
  return rows.map(([platform, account, day, campaignId, adGroupId, campaignName, adGroupName, currency, spend, impressions, clicks, conversions, value, source, batch]) => ({
    ...{ platform: String(platform), account: String(account), day: String(day) as LocalDate, campaignId: String(campaignId), adGroupId: String(adGroupId) },
    ...{ campaignName: textOf(campaignName), adGroupName: textOf(adGroupName), currency: String(currency), spendMicros: Number(spend), impressions: numberOf(impressions), clicks: numberOf(clicks) },
    ...{ claimedConversions: textOf(conversions), claimedValueMicros: numberOf(value) },
    statedBy: statements.get([String(source), String(platform), String(account), String(day)].join('\t')) ?? (batch as BatchId),
  }));
}

/** What the chains with a campaign that began in a range brought in so far, by day. */
export async function readCampaignDays({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<CampaignDay[]> {
  const rows = await database.dialect.selectRows(
    tx,
    `select campaign, chain_start, currency, count(distinct chain_id), sum(amount) from revenue_facts
      where brand = ? and chain_start >= ? and chain_start < ? and campaign is not null group by campaign, chain_start, currency`,
    [brand, from, to],
  );
  return rows.map(([campaign, day, currency, chains, revenue]) => ({ campaign: String(campaign), day: String(day) as LocalDate, currency: String(currency), chains: Number(chains), revenue: Number(revenue) }));
}

/** What the advertisements of each campaign of a brand cost in a range, by the name that it had last. */
export async function readCampaignSpend({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<CampaignSpend[]> {
  const date = database.dialect.quote('date');
  const rows = await database.dialect.selectRows(
    tx,
    `select platform, account, campaign_id, currency, campaign_name, max(${date}), sum(spend_micros) from ad_performance where brand = ? and ${date} >= ? and ${date} < ?
      group by platform, account, campaign_id, currency, campaign_name order by platform, account, campaign_id, currency, max(${date}) desc, campaign_name`,
    [brand, from, to],
  );
  const campaigns = new Map<string, CampaignSpend>();
  for (const [platform, account, id, currency, name, , micros] of rows) {
    const key = JSON.stringify([platform, account, id, currency]);
    const known = campaigns.get(key);
    campaigns.set(key, { campaignId: String(id), currency: String(currency), campaignName: known?.campaignName ?? textOf(name ?? null), micros: (known?.micros ?? 0) + Number(micros) });
  }
  return [...campaigns.values()];
}

/** Spend of a brand, or of all for GROUP, in a range, by platform and currency. */
export async function readPlatformSpend({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<PlatformSpend[]> {
  const date = database.dialect.quote('date');
  const rows = await database.dialect.selectRows(
    tx,
    `select platform, currency, sum(spend_micros) from ad_performance where ${brand === GROUP ? '' : 'brand = ? and '}${date} >= ? and ${date} < ? group by platform, currency`,
    [...(brand === GROUP ? [] : [brand]), from, to],
  );
  return rows.map(([platform, currency, micros]) => ({ platform: String(platform), currency: String(currency), micros: Number(micros) }));
}

/** How many customers a brand, or the group, acquired in a range, by channel. */
export async function readAcquired({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<Map<string, number>> {
  const rows = await database.dialect.selectRows(tx, 'select channel, count(*) from metric_customers where brand = ? and acquired_on >= ? and acquired_on < ? group by channel', [brand, from, to]);
  return new Map(rows.map(([channel, count]) => [textOf(channel) ?? 'none', Number(count)]));
}

/** Spend of a brand by day: of a month, and the days before it that its forecast needs. */
export async function readSpendDays({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<SpendDay[]> {
  const date = database.dialect.quote('date');
  const rows = await database.dialect.selectRows(
    tx,
    `select platform, currency, ${date}, sum(spend_micros) from ad_performance where brand = ? and ${date} >= ? and ${date} < ? group by platform, currency, ${date}`,
    [brand, addDays(from, -FORECAST_DAYS), to],
  );
  return rows.map(([platform, currency, day, micros]) => ({ platform: String(platform), currency: String(currency), day: String(day) as LocalDate, micros: Number(micros) }));
}

/** What a month may cost a brand. */
export async function readBudgets({ database, tx }: AggregateSource, brand: string, month: string): Promise<Budget[]> {
  const rows = await database.dialect.selectRows(tx, 'select platform, currency, sum(amount) from ad_budgets where brand = ? and month = ? group by platform, currency', [brand, `${month}-01`]);
  return rows.map(([platform, currency, amount]) => ({ platform: String(platform), currency: String(currency), amount: Number(amount) }));
}
