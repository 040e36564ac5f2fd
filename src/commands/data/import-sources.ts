import { batchOfInstant } from '../../core/time.ts';
import { problemFields } from '../../core/errors.ts';
import { parseRejectLimit } from '../../raw/quarantine/reject-limit.ts';
import { batchRange, rangeGiven } from '../../cli/dates.ts';
import { Confirmation, list } from '../../cli/flag.ts';
import { brandsOf, dataFlags, importFlags } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';
import { jobOutput } from '../../cli/outputs/job-output.ts';
import type { Command } from '../../cli/command.ts';

const flags = {
  ...dataFlags,
  source: list('--source <platform...>', 'only these platforms'),
  stream: list('--stream <name...>', 'only these streams'),
  account: list('--account <name...>', 'only these accounts'),
  maxRejects: importFlags.maxRejects,
  allowShrink: new Confirmation('--allow-shrink', 'import a snapshot or a sweep although it takes more than 30 % of what is stored away'),
};

/** Imports what hub extract has written. */
export const importSources: Command = {
  name: 'import-sources',
  summary: 'import what hub extract has brought from APIs, and write the facts of it',
  description:
    'Reads every batch of the source lake (HUB_SOURCES_URL) that the history does not have into the raw tables of its stream, and ' +
    'derives orders, sales, payments, payouts and ad performance from what changed. A batch is stored as a whole or not at all; records that do ' +
    'not fit go to quarantine with the path at fault.',
  options: Object.values(flags),
  examples: ['hub import-sources', 'hub import-sources --source shopify --stream orders order_sales --dry-run', 'hub import-sources --from 2026-11-01 --to 2026-11-08    # read these batches again'],
  decidesByDate: true,
  async run(context, options) {
    const { config, clock } = context;
    const dryRun = flags.dryRun.of(options);
    const brands = brandsOf(options, config);
    const range = rangeGiven(options);
    const upstream = upstreamOf(options, 'import-sources');
    const database = await context.database({ dryRun });
    await awaitUpstream(context, database, brands, upstream);
    const [{ sourceFeeds }, { importLakeOf }, { runImport }, { deriveFacts }, { factsOf }] = await Promise.all([
      import('../../raw/import/source-feeds.ts'),
      import('../../lake/sources/import-lake.ts'),
      import('../../raw/import/run-import.ts'),
      import('../../shops/run-facts.ts'),
      import('../../facts/index.ts'),
    ]);
    const lake = await context.sourceLake();
    const selection = { platforms: flags.source.of(options), streams: flags.stream.of(options), accounts: flags.account.of(options) };
    const { feeds, problems } = await sourceFeeds(lake, { ...selection, brands, knownBrands: config.brands.map(({ id }) => id), declared: config.sources });
    const request = {
      ...{ command: 'import-sources', brands, dryRun, feeds, problems, range: batchRange(range, clock), until: batchOfInstant(clock.now()) },
      entities: [...new Set(feeds.map(({ entity }) => entity))],
      shard: flags.shard.of(options),
      rejectLimit: flags.maxRejects.of(options) ?? parseRejectLimit(config.imports.max_rejects),
      allowShrink: flags.allowShrink.of(options),
    };
    const restateDaysOf = (platform: string, account: string): number | undefined => config.sources.find((each) => each.platform === platform && each.account === account)?.restate_days;
    const { report, problems: refusals } = await runImport({ ...context, database, lake: importLakeOf(lake), factsOf }, request, deriveFacts(brands, restateDaysOf));
    for (const refusal of refusals) context.logger.error(refusal.message, problemFields(refusal));
    return jobOutput(report);
  },
};
