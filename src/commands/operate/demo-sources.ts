import { rm } from 'node:fs/promises';

import type { Output } from '../../cli/command.ts';
import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/counts.ts';
import { instantFromMillis, millisOf, parseInstant, type Instant, type LocalDate } from '../../core/time.ts';
import type { SourceAccount } from '../../sources/api/account.ts';
import type { Simulator } from '../../simulators/simulator.client.ts';
import { importSources } from '../data/import-sources.ts';

/** What the simulated platforms take; no secrets. */
export const DEMO_CREDENTIALS = { DEMO_SHOP_ID: 'client', DEMO_SHOP_SECRET: 'shpss_simulated', DEMO_STRIPE_KEY: 'rk_test_simulated' } as const;

const HOUR_MS = 3_600_000;
const NIGHT_MS = 20 * HOUR_MS;
const LONGEST_WAIT_MS = 600_000;
/** The day is always the same one, so its figures are too. */
const MORNING = parseInstant('2026-11-27T10:00:00Z') as Instant;

/** The time of the simulated platforms and of what asks them: a wait moves it on, so nobody has to wait. */
interface DayClock {
  millis: number;
}

/**
 * Asks a simulated shop and its payment platform, both on this machine, on two days, while requests are refused, cut and
 * reset; imports what they answered, and shows what it comes to.
 * @param inside a context of the demo's own database and source lake
 */
export async function runSourcesDay(inside: Context): Promise<Output> {
  const [{ ShopifySimulator }, { StripeSimulator }, { fillShop, passNight }] = await Promise.all([import('../../simulators/shopify.ts'), import('../../simulators/stripe.ts'), import('../../simulators/shop-day.ts')]);
  await rm(inside.config.sourcesUrl.slice('file:'.length), { recursive: true, force: true });
  const day: DayClock = { millis: millisOf(MORNING) };
  const [shopify, stripe] = [await new ShopifySimulator().start(), await new StripeSimulator().start()];
  const platforms = [shopify, stripe];
  for (const platform of platforms) keepTime(platform, day);
  shopify.drain(2_000, 2_000, 100);
  try {
    const shop = { shopify, stripe };
    fillShop(shop, MORNING);
    stripe.spoil(
      { request: /\/v1\/charges/, how: { status: 429, headers: { 'retry-after': '2' }, body: '{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests"}}' } },
      { request: /\/v1\/balance_transactions/, how: 'cut' },
    );
    shopify.spoil({ request: /orders\(first/, how: 'reset' });
    const faults = platforms.reduce((sum, { unmet }) => sum + unmet, 0);
    const first = await extractFrom(inside, day, accountsAt(shopify.url, stripe.url));
    day.millis += NIGHT_MS - HOUR_MS;
    for (const platform of platforms) platform.now = day.millis;
    passNight(shop, instantFromMillis(day.millis));
    day.millis += HOUR_MS;
    const second = await extractFrom(inside, day, accountsAt(shopify.url, stripe.url));
    const met = faults - platforms.reduce((sum, { unmet }) => sum + unmet, 0);
    const requests = platforms.reduce((sum, platform) => sum + platform.requests.length, 0);
    const imported = await importSources.run?.(inside, { maxWait: '0s', shard: '1/1' }, []);
    if (imported === undefined) throw new HubError('unexpected', 'demo_incomplete', 'The demo could not run import-sources.');
    const [{ shopFigures }, { shopFiguresText }] = await Promise.all([import('../../shops/read/figures.repository.ts'), import('../../cli/text/shop-figures-text.ts')]);
    const figures = await shopFigures(await inside.database());
    const summary = `The platforms were asked ${formatCount(requests)} times on two days; ${formatCount(met)} answers were refused, cut or never came, and nothing of them is in the lake.`;
    return {
      text: [first.text, second.text, imported.text, summary, shopFiguresText(figures), nextSteps(inside)].join('\n\n'),
      json: { first: first.json, second: second.json, import: imported.json, platforms: { requests, faults: met }, figures },
      refused: [first, second, imported].some(({ refused }) => refused === true),
    };
  } finally {
    for (const platform of platforms) await platform.close();
  }
}

/** Extracts all streams at the time of the day. */
async function extractFrom(inside: Context, day: DayClock, accounts: readonly SourceAccount[]): Promise<Output> {
  const [{ platforms }, { runExtract }, { extractOutput }] = await Promise.all([import('../../sources/platforms/index.ts'), import('../../sources/extract/run-extract.ts'), import('../../cli/outputs/extract-output.ts')]);
  const services = {
    ...inside,
    ...{ database: await inside.database(), lake: await inside.sourceLake(), store: await inside.secrets(), proxy: undefined },
    ...{ clock: { now: () => instantFromMillis(day.millis) }, random: () => 1, elapsed: () => day.millis },
    sleep(ms: number) {
      day.millis += Math.ceil(ms);
      return Promise.resolve();
    },
  };
  const asked = accounts.flatMap((account) => platforms.filter(({ name }) => name === account.platform).map((platform) => ({ platform, account, streams: platform.streams })));
  const report = await runExtract(services, { accounts: asked, range: undefined, shard: '1/1', maxWaitMs: LONGEST_WAIT_MS, maxRequests: undefined, dryRun: false, params: {} });
  return extractOutput(report);
}

function accountsAt(shopifyUrl: string, stripeUrl: string): SourceAccount[] {
  const start = MORNING.slice(0, 'YYYY-MM-'.length) + '24';
  const common = { account: 'demo', brand: 'alpina', settings: {}, start: start as LocalDate, on_version_change: 'fail' as const };
  return [
    { ...common, platform: 'shopify', credentials: { client_id: 'DEMO_SHOP_ID', client_secret: 'DEMO_SHOP_SECRET' }, base_url: shopifyUrl },
    { ...common, platform: 'stripe', credentials: { api_key: 'DEMO_STRIPE_KEY' }, base_url: stripeUrl },
  ];
}

function keepTime(platform: Simulator, day: DayClock): void {
  platform.now = day.millis;
  platform.beforeAnswer = () => (platform.now = day.millis);
}

function nextSteps(inside: Context): string {
  const [database, lake] = [inside.config.databaseUrl, inside.config.sourcesUrl].map((url) => inside.shownPath(url.slice(url.indexOf(':') + 1)));
  const hub = `HUB_DATABASE_URL=sqlite:${database} HUB_SOURCES_URL=file:${lake} bin/hub`;
  return ['Look further:', `  ${hub} sources list`, `  ${hub} sources describe shopify orders`, `  ${hub} import-sources    # a second run finds nothing to do`, `  ls ${lake}/*/*    # what the platforms answered, verbatim`].join('\n');
}
