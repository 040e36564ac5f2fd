import { compareText } from '../../../core/compare.ts';
import { groupBy } from '../../../core/group-by.ts';
import { minorOfMicros, percentText, ratioOf } from '../declare/amounts.ts';
import { AD_DAYS } from '../marketing/ads.ts';
import type { AdRow, ProvisionalDays } from '../read/marketing.repository.ts';
import { flagOf, type Flag } from './flag.ts';

/** Below it, what came back is less than what was spent. */
const EVEN = 1;

/** Campaigns that cost more than they brought, the most expensive first. */
export function roasFlags(ads: readonly AdRow[]): Flag[] {
  const campaigns = [...groupBy(ads, ({ scope, platform, campaignId, currency }) => JSON.stringify([scope, platform, campaignId, currency])).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const spend = minorOfMicros(own.reduce((sum, { spendMicros }) => sum + spendMicros, 0), first.currency);
    const roas = ratioOf(own.reduce((sum, { hubRevenue }) => sum + hubRevenue, 0), spend);
    return roas === null || roas >= EVEN ? [] : [{ ...first, spend, roas }];
  });
  return [...groupBy(campaigns, ({ scope }) => scope)].flatMap(([brand, own]) => {
    const sorted = own.toSorted((a, b) => b.spend - a.spend || compareText(a.campaign, b.campaign));
    return flagOf(`Campaigns with a measured ROAS below 1, last ${AD_DAYS} days`, brand, sorted.map(({ campaign, roas }) => `${campaign} (${roas.toFixed(2)})`), 'marketing');
  });
}

/** Ad days that can still change. */
export function provisionalFlags(days: readonly ProvisionalDays[]): Flag[] {
  return [...groupBy(days, ({ scope }) => scope)].map(([brand, own]): Flag => {
    const which = own.map(({ platform, days: count, first, last }) => `${platform} ${count} (${first} to ${last})`).join('; ');
    return { what: 'Ad days that can still change', brand, count: own.reduce((sum, { days: count }) => sum + count, 0), which, page: 'marketing' };
  });
}

/** New customers whose channel no rule knows. */
export function channelFlags({ unclassified, all }: { readonly unclassified: number; readonly all: number }): Flag[] {
  const share = ratioOf(unclassified, all);
  if (unclassified === 0 || share === null) return [];
  return [{ what: `New customers without a known channel, last ${AD_DAYS} days`, brand: null, count: unclassified, which: `${percentText(share)} of ${all}`, page: 'marketing' }];
}
