import { billionths } from '../../core/decimal.ts';
import { numberOf } from '../../db/dialect.ts';
import { sourceMoney } from '../../sources/api/money.ts';
import { metaAds } from '../../sources/platforms/meta-ads/meta-ads.ts';
import { metaAccountDay, metaAdSetDay, metaCampaignDay } from '../../sources/streams/meta-ads/days.ts';
import { metaAccount, metaAdSets, metaCampaigns } from '../../sources/streams/meta-ads/objects.ts';
import type { Values } from '../fact.ts';
import { microsOf } from '../row-facts.ts';
import type { AdEntity, AdFigures, AdSource } from './ad-source.ts';

/** A purchase is counted once under each of these, as far as the account has it: the widest comes first. */
const PURCHASES = ['omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'];
const DECIMAL = /^-?\d+(?:\.\d{1,9})?$/;

/** Meta Ads. */
export const metaSource: AdSource = {
  name: 'meta',
  platform: metaAds,
  groupDays: [metaAdSetDay],
  campaignDays: [metaCampaignDay],
  accountDays: metaAccountDay,
  figuresOf,
  entities: [
    { kind: 'campaign', stream: metaCampaigns, of: (row, currency) => entityOf(row, currency, null) },
    { kind: 'ad_group', stream: metaAdSets, of: (row, currency) => entityOf(row, currency, row['campaign_id'] ?? null) },
  ],
  account: metaAccount,
};

function figuresOf(row: Values): AdFigures {
  const [conversions, value] = [purchasesIn(row['actions']), purchasesIn(row['action_values'])];
  return {
    spendMicros: microsOf(row['spend'] ?? '0'),
    impressions: numberOf(row['impressions']),
    clicks: numberOf(row['clicks']),
    conversions: conversions === undefined ? null : billionths(conversions),
    valueMicros: value === undefined ? null : microsOf(value),
  };
}

/** The number at the widest kind of purchase in a list of `{action_type, value}`. */
function purchasesIn(list: string | null | undefined): string | undefined {
  const actions = listOf(list ?? '');
  const found = PURCHASES.map((type) => actions.find((action) => action?.action_type === type)).find((action) => action !== undefined);
  const value = String(found?.value ?? '');
  return DECIMAL.test(value) ? value : undefined;
}

function listOf(text: string): readonly ({ readonly action_type?: unknown; readonly value?: string | number } | null)[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? (parsed as ReturnType<typeof listOf>) : [];
  } catch {
    return [];
  }
}

/** A budget is in the account's currency, with Meta's digits; 0 is none. */
function entityOf(row: Values, currency: string | null, parentId: string | null): AdEntity {
  const [daily, lifetime] = [budgetOf(row['daily_budget'], currency), budgetOf(row['lifetime_budget'], currency)];
  return {
    ...{ id: row['id'] ?? '', name: row['name'] ?? null, status: row['status'] ?? null, parentId },
    ...{ budget: daily ?? lifetime, budgetPeriod: daily !== null ? 'daily' : lifetime !== null ? 'lifetime' : null },
  };
}

function budgetOf(text: string | null | undefined, currency: string | null): number | null {
  if (!text || currency === null) return null;
  const amount = Number(sourceMoney(text, 'minor', currency, 'minor', metaAds.minorDigits?.[currency]) ?? 0);
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
