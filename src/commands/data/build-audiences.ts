import { HubError } from '../../core/errors.ts';
import type { PlatformName } from '../../audiences/platforms/index.ts';
import type { Command } from '../../cli/command.ts';
import { asOfDate, date } from '../../cli/dates.ts';
import { Confirmation, list, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, dataOptions, namesAmong } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';

const flags = {
  asOf: option('--as-of <date>', 'the date of the snapshot, to which all days are counted (YYYY-MM-DD; default: today, UTC)', date),
  audience: list('--audience <name...>', 'only these audiences'),
  platform: list('--platform <name...>', 'only these platforms'),
  outputDir: option('--output-dir <place>', 'a folder, or s3://bucket/prefix?region=R (default: audiences.output of the configuration)'),
  allowShrink: new Confirmation('--allow-shrink', 'deliver a list that lost more than 30 % of its persons'),
  allowUnreadObjections: new Confirmation('--allow-unread-objections', 'deliver although unsubscriptions wait in quarantine or were not imported'),
};

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
  options: [...dataOptions, ...Object.values(flags)],
  examples: [
    'hub build-audiences',
    'hub build-audiences --dry-run    # sizes, adds, removes, and who is left out why',
    'hub build-audiences --audience high_value --platform google meta',
    'hub build-audiences --after import-email assemble-orders --output-dir s3://my-bucket/audiences?region=eu-central-1',
  ],
  decidesByDate: true,
  async run(context, options) {
    if (dataFlags.from.isGiven(options) || dataFlags.to.isGiven(options)) {
      throw new HubError('usage', 'no_range', 'An audience is of one date: --from and --to have no meaning here.', { nextStep: 'Give --as-of DATE.' });
    }
    const asOf = flags.asOf.of(options);
    const asked = {
      audiences: flags.audience.of(options),
      platforms: await platformsOf(flags.platform.of(options)),
      brands: brandsOf(options, context.config),
      shard: dataFlags.shard.of(options),
      allowShrink: flags.allowShrink.of(options),
      allowUnreadObjections: flags.allowUnreadObjections.of(options),
      dryRun: dataFlags.dryRun.of(options),
    };
    const upstream = upstreamOf(options, 'build-audiences');
    const audiences = await context.audiences();
    const store = await context.audienceStore(flags.outputDir.of(options));
    try {
      const database = await context.database(asked);
      // A snapshot of a later date would keep those before it from being delivered.
      const request = { ...asked, asOf: asOfDate(asOf, context.clock, asked) };
      await awaitUpstream(context, database, request.brands, upstream);
      const [{ runAudiences }, { audiencesOutput }] = [await import('../../audiences/run-audiences.ts'), await import('../../cli/outputs/audiences-output.ts')];
      const { brands, audiences: { refresh_days: refreshDays } } = context.config;
      const googleConsent = new Set(brands.flatMap((brand) => (brand.audiences.google_consent === 'granted' ? [brand.id] : [])));
      const services = { ...context, database, audiences, store, lake: () => context.lake(), googleConsent, refreshDays };
      return audiencesOutput(await runAudiences(services, request), (path) => context.shownPath(path));
    } finally {
      store.close();
    }
  },
};

async function platformsOf(wanted: readonly string[] | undefined): Promise<PlatformName[] | undefined> {
  if (wanted === undefined) return undefined;
  const { platformNames } = await import('../../audiences/platforms/index.ts');
  return namesAmong(wanted, platformNames, 'platform');
}
