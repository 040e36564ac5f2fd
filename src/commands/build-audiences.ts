import { HubError } from '../core/errors.ts';
import { useOneOf } from '../core/text/nearest.ts';
import type { PlatformName } from '../audiences/platforms/index.ts';
import type { Command, OptionValues } from '../cli/command.ts';
import { asOfDate, asOfGiven } from '../cli/dates.ts';
import { audienceOptions, brandsOf, dataOptions, shardOf } from '../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../cli/upstream.ts';

/** Builds pseudonymised audiences and delivers them as files for advertising platforms. */
export const buildAudiences: Command = {
  name: 'build-audiences',
  summary: 'build audiences as files of hashes for advertising platforms',
  description:
    'Puts every person into the audiences of config/audiences.yaml to which they belong, leaves out whom the platform must ' +
    'not have, and writes <date>/<audience>.<platform>.csv, a .delta.csv against the last delivered snapshot, and a ' +
    'manifest.json. Files come out whole or not at all. Nothing but hashes leaves, but for country and postal code on google. ' +
    'While unsubscriptions of a brand wait to be read, in quarantine or in a batch that was refused or not imported, its lists ' +
    'are not delivered. --brand chooses the audiences of these brands, --shard divides the audiences.',
  options: [...dataOptions(), ...audienceOptions()],
  examples: [
    'hub build-audiences',
    'hub build-audiences --dry-run    # sizes, adds, removes, and who is left out why',
    'hub build-audiences --audience high_value --platform google meta',
    'hub build-audiences --after import-email assemble-orders --output-dir s3://my-bucket/audiences?region=eu-central-1',
  ],
  decidesByDate: true,
  async run(context, options) {
    if (options['from'] !== undefined || options['to'] !== undefined) {
      throw new HubError('usage', 'no_range', 'An audience is of one date: --from and --to have no meaning here.', { nextStep: 'Give --as-of DATE.' });
    }
    const asOf = asOfGiven(options);
    const asked = {
      audiences: options['audience'] as string[] | undefined,
      platforms: await platformsOf(options),
      brands: brandsOf(options, context.config),
      shard: shardOf(options),
      allowShrink: options['allowShrink'] === true,
      allowUnreadObjections: options['allowUnreadObjections'] === true,
      dryRun: options['dryRun'] === true,
    };
    const upstream = upstreamOf(options, 'build-audiences');
    const audiences = await context.audiences();
    const store = await context.audienceStore(options['outputDir'] as string | undefined);
    try {
      const database = await context.database(asked);
      // A snapshot of a later date would keep those before it from being delivered.
      const request = { ...asked, asOf: asOfDate(asOf, context.clock, asked) };
      await awaitUpstream(context, database, request.brands, upstream);
      const [{ runAudiences }, { audiencesOutput }] = await Promise.all([import('../audiences/run-audiences.ts'), import('../cli/text/audiences-output.ts')]);
      const { brands, audiences: { refresh_days: refreshDays } } = context.config;
      const googleConsent = new Set(brands.flatMap((brand) => (brand.audiences.google_consent === 'granted' ? [brand.id] : [])));
      const services = { ...context, database, audiences, store, lake: () => context.lake(), googleConsent, refreshDays };
      return audiencesOutput(await runAudiences(services, request), (path) => context.shownPath(path));
    } finally {
      store.close();
    }
  },
};

async function platformsOf(options: OptionValues): Promise<PlatformName[] | undefined> {
  const wanted = options['platform'] as string[] | undefined;
  if (wanted === undefined) return undefined;
  const { platformNames } = await import('../audiences/platforms/index.ts');
  const unknown = wanted.find((name) => !platformNames.includes(name as PlatformName));
  if (unknown === undefined) return wanted as PlatformName[] | undefined;
  throw new HubError('usage', 'unknown_platform', `There is no platform "${unknown}".`, { nextStep: useOneOf(unknown, platformNames) });
}
