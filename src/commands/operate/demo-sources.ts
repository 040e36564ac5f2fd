import { join } from 'node:path';
import { rm } from 'node:fs/promises';

import type { Command, Output, OptionValues } from '../../cli/command.ts';
import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/counts.ts';
import { addDays, addMillis, dateOf, instantFromMillis, parseInstant, type Instant } from '../../core/time.ts';
import type { SourceAccount } from '../../sources/api/account.ts';
import { buildMetrics } from '../data/build-metrics.ts';
import { importSources } from '../data/import-sources.ts';
import { report } from '../data/report.ts';
import { spoilSome, type DemoPlatforms } from './demo-platforms.ts';

const HOUR_MS = 3_600_000;
const NIGHT_MS = 20 * HOUR_MS;
const LONGEST_WAIT_MS = 600_000;
const SHOP_DAYS = 3;
/** The day is always the same one, so its figures are too. */
export const MORNING = parseInstant('2026-11-27T10:00:00Z') as Instant;

/**
 * Asks a simulated shop, its payment platform, three ad platforms and Google Analytics, all on this machine, on two days, while
 * requests are refused, cut and reset; imports what they answered, and shows what it comes to.
 * @param inside a context of the demo's own database and source lake, with the credentials of the platforms
 */
export async function runSourcesDay(inside: Context, platforms: DemoPlatforms): Promise<Output> {
  const [{ fillShop, passNight }, { AD_DAYS, fillAds, passNightOfAds }] = [await import('../../simulators/shop-day.ts'), await import('../../simulators/ads-day.ts')];
  const { shop, ads, clock, simulators } = platforms;
  await Promise.all([rm(inside.config.sourcesUrl.slice('file:'.length), { recursive: true, force: true }), rm(reportFolder(inside), { recursive: true, force: true })]);
  const accounts = platforms.accounts({ shop: addDays(dateOf(MORNING), -SHOP_DAYS), ads: addDays(dateOf(MORNING), 1 - AD_DAYS) });
  fillShop(shop, MORNING);
  fillAds(ads, MORNING);
  spoilSome(platforms);
  const unmet = (): number => simulators.reduce((sum, simulator) => sum + simulator.unmet, 0);
  const faults = unmet();
  const first = await extractFrom(inside, clock, accounts);
  clock.millis += NIGHT_MS - HOUR_MS;
  for (const simulator of simulators) simulator.now = clock.millis;
  passNight(shop, instantFromMillis(clock.millis));
  clock.millis += HOUR_MS;
  passNightOfAds(ads, instantFromMillis(clock.millis));
  const second = await extractFrom(inside, clock, accounts);
  const met = faults - unmet();
  const requests = simulators.reduce((sum, simulator) => sum + simulator.requests.length, 0);
  const imported = await run(inside, importSources, { maxWait: '0s', shard: '1/1' });
  const asOf = dateOf(addMillis(MORNING, NIGHT_MS));
  const metrics = await run(inside, buildMetrics, { maxWait: '0s', shard: '1/1', asOf });
  const pages = await run(inside, report, { maxWait: '0s', asOf, brand: ['alpina'], page: ['marketing'], format: ['html'], outputDir: reportFolder(inside) });
  const [{ shopFigures }, { shopFiguresText }] = [await import('../../shops/read/figures.repository.ts'), await import('../../cli/text/shop-figures-text.ts')];
  const figures = await shopFigures(await inside.database());
  const summary = `The platforms were asked ${formatCount(requests)} times on two days; ${formatCount(met)} answers were refused, cut or never came, and nothing of them is in the lake.`;
  return {
    text: [first.text, second.text, imported.text, metrics.text, pages.text, summary, shopFiguresText(figures), nextSteps(inside, asOf)].join('\n\n'),
    json: { first: first.json, second: second.json, import: imported.json, metrics: metrics.json, report: pages.json, platforms: { requests, faults: met }, figures },
    refused: [first, second, imported, metrics, pages].some(({ refused }) => refused === true),
  };
}

async function run(inside: Context, command: Command, options: OptionValues): Promise<Output> {
  const output = await command.run?.(inside, options, []);
  if (output === undefined) throw new HubError('unexpected', 'demo_incomplete', `The demo could not run ${command.name}.`);
  return output;
}

function reportFolder({ config }: Context): string {
  return join(config.root, '.hub', 'demo-sources-report');
}

/** Extracts all streams at the time of the day. */
async function extractFrom(inside: Context, day: DemoPlatforms['clock'], accounts: readonly SourceAccount[]): Promise<Output> {
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

function nextSteps(inside: Context, asOf: string): string {
  const [database, lake] = [inside.config.databaseUrl, inside.config.sourcesUrl].map((url) => inside.shownPath(url.slice(url.indexOf(':') + 1)));
  const hub = `HUB_DATABASE_URL=sqlite:${database} HUB_SOURCES_URL=file:${lake} bin/hub`;
  const page = inside.shownPath(join(reportFolder(inside), asOf, 'marketing.html'));
  return ['Look further:', `  ${page}    # in a browser: what the ad platforms cost and claim`, `  ${hub} sources list`, `  ${hub} sources describe amazon_ads sp_ad_group_day`, `  ${hub} import-sources    # a second run finds nothing to do`, `  ls ${lake}/*/*    # what the platforms answered, verbatim`].join('\n');
}
