import { millisOf, type Instant, type LocalDate } from '../../core/time.ts';
import type { AdsOfADay } from '../../simulators/ads-day.ts';
import type { ShopOfADay } from '../../simulators/shop-day.ts';
import type { SimulatedFault, Simulator } from '../../simulators/simulator.client.ts';
import type { SourceAccount } from '../../sources/api/account.ts';

/** Simulated platforms on this machine, which share one time: a wait moves it on, so nobody has to wait. */
export interface DemoPlatforms {
  readonly shop: ShopOfADay;
  readonly ads: AdsOfADay;
  readonly simulators: readonly Simulator[];
  /** What they take, by the names of secrets. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly clock: { millis: number };
  /** Their accounts, asked from these days on. */
  readonly accounts: (starts: { readonly shop: LocalDate; readonly ads: LocalDate }) => SourceAccount[];
  close(): Promise<void>;
}

const TOO_MANY = { status: 429, headers: { 'retry-after': '2' }, body: '{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests"}}' } as const;

/** Starts all of them; it is that instant for them. */
export async function startDemoPlatforms(now: Instant): Promise<DemoPlatforms> {
  const { ShopifySimulator } = await import('../../simulators/shopify.ts');
  const { StripeSimulator } = await import('../../simulators/stripe.ts');
  const { MetaAdsSimulator } = await import('../../simulators/meta-ads.ts');
  const { GoogleAdsSimulator } = await import('../../simulators/google-ads.ts');
  const { AmazonAdsSimulator } = await import('../../simulators/amazon-ads.ts');
  const { Ga4Simulator } = await import('../../simulators/ga4.ts');
  const shop = { shopify: await new ShopifySimulator().start(), stripe: await new StripeSimulator().start() };
  const ads = { meta: await new MetaAdsSimulator().start(), google: await new GoogleAdsSimulator().start(), amazon: await new AmazonAdsSimulator().start(), ga4: await new Ga4Simulator().start() };
  const simulators = [...Object.values(shop), ...Object.values(ads)];
  const clock = { millis: millisOf(now) };
  for (const simulator of simulators) keepTime(simulator, clock);
  return {
    ...{ shop, ads, simulators, clock, credentials: credentialsOf(ads) },
    accounts: (starts) => accountsOf(shop, ads, starts),
    async close() {
      for (const simulator of simulators) await simulator.close();
    },
  };
}

/** Refuses, cuts and resets some of what is asked first, as networks and platforms do. */
export function spoilSome({ shop: { shopify, stripe }, ads: { meta, google, amazon } }: DemoPlatforms): void {
  const spoil = (simulator: Simulator, ...faults: readonly SimulatedFault[]): void => simulator.spoil(...faults);
  shopify.drain(2_000, 2_000, 100);
  spoil(stripe, { request: /\/v1\/charges/, how: TOO_MANY }, { request: /\/v1\/balance_transactions/, how: 'cut' });
  spoil(shopify, { request: /orders\(first/, how: 'reset' });
  // A report that is completed some time before its result is there; a window that is divided; a report that waits.
  meta.plans = [{ running: 1, notReady: 1 }];
  spoil(google, { request: /FROM campaign WHERE/, how: 'cut' });
  amazon.plans = [{ pending: 20 }];
  spoil(amazon, { request: /POST \/reporting/, how: { status: 425, body: '{"code":"425","detail":"Too Early"}' } });
}

function keepTime(simulator: Simulator, clock: { readonly millis: number }): void {
  simulator.now = clock.millis;
  simulator.beforeAnswer = () => (simulator.now = clock.millis);
}

function credentialsOf({ meta, google, amazon, ga4 }: AdsOfADay): Record<string, string> {
  return {
    ...{ DEMO_SHOP_ID: 'client', DEMO_SHOP_SECRET: 'shpss_simulated', DEMO_STRIPE_KEY: 'rk_test_simulated', DEMO_META_TOKEN: meta.token },
    ...{ DEMO_GOOGLE_KEY: google.serviceAccount, DEMO_GA4_KEY: ga4.serviceAccount },
    ...{ DEMO_AMAZON_ID: amazon.application.id, DEMO_AMAZON_SECRET: amazon.application.secret, DEMO_AMAZON_TOKEN: amazon.refreshToken },
  };
}

function accountsOf({ shopify, stripe }: ShopOfADay, { meta, google, amazon, ga4 }: AdsOfADay, { shop, ads }: { readonly shop: LocalDate; readonly ads: LocalDate }): SourceAccount[] {
  const common = { account: 'demo', brand: 'alpina', settings: {}, start: shop, on_version_change: 'fail' as const };
  const advertised = { ...common, start: ads };
  return [
    { ...common, platform: 'shopify', credentials: { client_id: 'DEMO_SHOP_ID', client_secret: 'DEMO_SHOP_SECRET' }, base_url: shopify.url },
    { ...common, platform: 'stripe', credentials: { api_key: 'DEMO_STRIPE_KEY' }, base_url: stripe.url },
    { ...advertised, platform: 'meta_ads', settings: { ad_account: meta.account.account_id }, credentials: { access_token: 'DEMO_META_TOKEN' }, base_url: meta.url },
    { ...advertised, platform: 'google_ads', settings: { customer: google.customer.id }, credentials: { service_account: 'DEMO_GOOGLE_KEY' }, base_url: google.url },
    { ...advertised, platform: 'amazon_ads', settings: { profile: String(amazon.profile.profileId), region: 'eu' }, credentials: { client_id: 'DEMO_AMAZON_ID', client_secret: 'DEMO_AMAZON_SECRET', refresh_token: 'DEMO_AMAZON_TOKEN' }, base_url: amazon.url },
    { ...advertised, platform: 'ga4', settings: { property: ga4.property }, credentials: { service_account: 'DEMO_GA4_KEY' }, base_url: ga4.url },
  ];
}
