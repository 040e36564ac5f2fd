import { addDays, dateOf, type Instant, type LocalDate } from '../core/time.ts';
import type { AmazonAdsSimulator } from './amazon-ads.ts';
import type { Ga4Simulator } from './ga4.ts';
import type { GoogleAdsSimulator } from './google-ads.ts';
import type { MetaAdsSimulator } from './meta-ads.ts';

/** Where a shop advertises, and what counts its visits. */
export interface AdsOfADay {
  readonly meta: MetaAdsSimulator;
  readonly google: GoogleAdsSimulator;
  readonly amazon: AmazonAdsSimulator;
  readonly ga4: Ga4Simulator;
}

/** So many days are told of, the last one being that of the instant. */
export const AD_DAYS = 40;
const MICROS = 1_000_000;
const WEEK = [1, 0.92, 0.95, 1.04, 1.2, 1.35, 1.15];
/** Days of which a platform states less again, as it takes clicks of machines back. */
const TAKEN_BACK_DAYS = 3;

/** What each platform says of the last days. The same instant gives the same days. */
export function fillAds(ads: AdsOfADay, now: Instant): void {
  const today = dateOf(now);
  Object.assign(ads.amazon.profile, { countryCode: 'DE', currencyCode: 'CHF', timezone: 'Europe/Zurich' });
  ads.meta.campaigns = [{ id: '2301', name: 'autumn', effective_status: 'ACTIVE', daily_budget: '9000' }, { id: '2302', name: 'retargeting', effective_status: 'ACTIVE', lifetime_budget: '60000' }];
  ads.meta.adSets = [{ id: '23011', name: 'Tea drinkers', campaign_id: '2301', effective_status: 'ACTIVE' }, { id: '23012', name: 'Lookalike 1 %', campaign_id: '2301', effective_status: 'PAUSED' }, { id: '23021', name: 'Visitors 30 d', campaign_id: '2302', effective_status: 'ACTIVE' }];
  ads.google.campaigns = [{ id: '7701', name: 'Search brand', status: 'ENABLED', budgetMicros: 30 * MICROS }, { id: '7702', name: 'Performance Max', status: 'ENABLED', budgetMicros: 70 * MICROS }];
  ads.google.adGroups = [{ id: '77011', name: 'alpina tea', status: 'ENABLED', campaign: '7701' }];
  for (let before = AD_DAYS - 1; before >= 0; before--) fillDay(ads, addDays(today, -before), before);
}

/** The next morning: a new day, and days before it that are stated again with less. */
export function passNightOfAds(ads: AdsOfADay, now: Instant): void {
  const today = dateOf(now);
  for (let before = TAKEN_BACK_DAYS; before >= 0; before--) fillDay(ads, addDays(today, -before), before, before === 0 ? 1 : 0.97);
}

function fillDay({ meta, google, amazon, ga4 }: AdsOfADay, day: LocalDate, before: number, share = 1): void {
  const weight = (WEEK[(before + 4) % WEEK.length] ?? 1) * share;
  const of = (amount: number): number => Math.floor(amount * weight);
  const micros = (amount: number): number => of(amount * 100) * (MICROS / 100);
  meta.figures.set(day, [
    { campaign: '2301', adSet: '23011', spend: micros(48.2), impressions: of(9_100), clicks: of(142), purchases: of(5), value: micros(236) },
    { campaign: '2301', adSet: '23012', spend: micros(21.7), impressions: of(5_300), clicks: of(61), purchases: of(1), value: micros(44) },
    { campaign: '2302', adSet: '23021', spend: micros(17.4), impressions: of(2_800), clicks: of(75), purchases: of(3), value: micros(131) },
    // What was deleted meanwhile is of the campaign alone.
    { campaign: '2302', spend: micros(2.1), impressions: of(400), clicks: of(6) },
  ]);
  google.figures.set(day, [
    { campaign: '7701', adGroup: '77011', costMicros: micros(19.6), impressions: of(1_300), clicks: of(118), conversions: of(4), value: of(172) },
    { campaign: '7702', costMicros: micros(57.3), impressions: of(8_800), clicks: of(133), conversions: of(5) + 1 / 3, value: of(214) },
  ]);
  amazon.figures.set(day, [
    { product: 'SPONSORED_PRODUCTS', campaign: '880011', name: 'Tea, automatic', adGroup: '8800111', cost: String(micros(26.4) / MICROS), impressions: of(4_900), clicks: of(57), purchases: of(4), sales: String(of(141)), budget: '40.0' },
    { product: 'SPONSORED_BRANDS', campaign: '880021', name: 'Alpina brand', cost: String(micros(9.8) / MICROS), impressions: of(2_100), clicks: of(18), purchases: of(1), sales: String(of(38)), budget: '15.0' },
  ]);
  ga4.visits.set(day, [
    { channel: 'Paid Social', source: 'meta', medium: 'cpc', campaign: 'autumn', sessions: of(198), engaged: of(121), keyEvents: of(4), revenue: `${of(151)}.5` },
    { channel: 'Paid Search', source: 'google', medium: 'cpc', campaign: 'Search brand', sessions: of(226), engaged: of(160), keyEvents: of(7), revenue: `${of(263)}.25` },
    { channel: 'Email', source: 'newsletter', medium: 'email', campaign: 'november', sessions: of(94), engaged: of(70), keyEvents: of(3), revenue: `${of(96)}` },
    { channel: '(other)', source: '(other)', medium: '(other)', campaign: '(other)', sessions: of(12) },
  ]);
  if (before === TAKEN_BACK_DAYS) ga4.flaws.set(day, { otherRow: true, thresholded: true });
}
