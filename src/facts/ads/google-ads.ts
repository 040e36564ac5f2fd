import { numberOf } from '../../db/dialect.ts';
import { sourceMoney } from '../../sources/api/money.ts';
import { googleAds } from '../../sources/platforms/google-ads/google-ads.ts';
import { googleAdGroupDay, googleCampaignDay, googleCustomerDay } from '../../sources/streams/google-ads/days.ts';
import { googleAdGroups, googleCampaigns, googleCustomer } from '../../sources/streams/google-ads/objects.ts';
import type { Values } from '../fact.ts';
import type { AdEntity, AdFigures, AdSource } from './ad-source.ts';

/** Google Ads. */
export const googleSource: AdSource = {
  name: 'google',
  platform: googleAds,
  groupDays: [googleAdGroupDay],
  campaignDays: [googleCampaignDay],
  accountDays: googleCustomerDay,
  figuresOf,
  entities: [
    { kind: 'campaign', stream: googleCampaigns, of: campaignOf },
    { kind: 'ad_group', stream: googleAdGroups, of: (row) => ({ ...named(row), parentId: row['campaign_id'] ?? null, budget: null, budgetPeriod: null }) },
  ],
  account: googleCustomer,
};

const BILLIONTHS_PER_MICRO = 1_000n;

function figuresOf(row: Values): AdFigures {
  const { currency } = row;
  // Fractions of a conversion are divided among clicks as floating numbers: a millionth of one is their end.
  const [conversions, value] = [row['conversions'], row['conversion_value']].map((text) => (text && currency ? sourceMoney(text, 'decimal', currency, 'micros') : undefined));
  return {
    spendMicros: numberOf(row['spend_micros']) ?? 0,
    impressions: numberOf(row['impressions']),
    clicks: numberOf(row['clicks']),
    conversions: conversions === undefined ? null : conversions * BILLIONTHS_PER_MICRO,
    valueMicros: value === undefined ? null : Number(value),
  };
}

/** A budget is for a day, or for all of a campaign that has an end. */
function campaignOf(row: Values, currency: string | null): AdEntity {
  const [daily, total] = [minorOf(row['budget_micros'], currency), minorOf(row['total_budget_micros'], currency)];
  return { ...named(row), parentId: null, budget: total ?? daily, budgetPeriod: total !== null ? 'lifetime' : daily !== null ? 'daily' : null };
}

function named(row: Values): Pick<AdEntity, 'id' | 'name' | 'status'> {
  return { id: row['id'] ?? '', name: row['name'] ?? null, status: row['status'] ?? null };
}

function minorOf(micros: string | null | undefined, currency: string | null): number | null {
  if (!micros || currency === null) return null;
  const amount = Number(sourceMoney(micros, 'micros', currency, 'minor') ?? 0);
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
