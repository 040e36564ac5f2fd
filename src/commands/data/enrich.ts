import { HubError } from '../../core/errors.ts';
import { asKey } from '../../db/key-lookup.ts';
import type { Command } from '../../cli/command.ts';
import { ONE_DAY_AHEAD, asOfDate, batchRange, date, rangeGiven } from '../../cli/dates.ts';
import { list, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, dataOptions, recompute } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';

const flags = {
  asOf: option('--as-of <date>', 'the date for which everything is decided (YYYY-MM-DD; default: today, UTC)', date),
  account: list('--account <id...>', 'only these accounts, with all accounts of their persons'),
  recompute,
};

/** Classifies the raw rows into the enriched tables, person by person. */
export const enrich: Command = {
  name: 'enrich',
  summary: 'classify the raw rows: subscriptions, charges, accounts, refunds',
  description:
    'Takes up the persons whose raw rows changed since the last run, those whom a changed catalog, rule or version of the ' +
    'program concerns, and those for whom a date has come, and decides each of them whole. What did not change is not ' +
    'written. --brand, --account, --from and --to choose accounts to take up; the latter two those with rows of these batches. ' +
    '--recompute compares each stored column with what derives and mends what was changed, deleted or added by hand.',
  options: [...dataOptions, ...Object.values(flags)],
  examples: [
    'hub enrich',
    'hub enrich --after import-billing --max-wait 30m',
    'hub enrich --dry-run    # which records would change, by field',
    'hub enrich --as-of 2026-03-31 --output json',
    'hub enrich --recompute --dry-run    # what was changed by hand and would be mended',
    'hub enrich --recompute --account 8ad0a1b2c3d4e5f60718293a4b5c6d7e',
    'hub enrich --shard 2/4 --no-progress',
  ],
  decidesByDate: true,
  async run(context, options) {
    const [asOf, range] = [flags.asOf.of(options), rangeGiven(options)];
    const asked = {
      allBrands: context.config.brands.map(({ id }) => id),
      brands: brandsOf(options, context.config),
      accounts: flags.account.of(options)?.map(asKey),
      shard: dataFlags.shard.of(options),
      dryRun: dataFlags.dryRun.of(options),
      recompute: flags.recompute.of(options),
    };
    if (asked.accounts !== undefined && range !== undefined) {
      throw new HubError('usage', 'conflicting_options', '--account and --from/--to exclude each other.', { nextStep: 'Give one of them.' });
    }
    const upstream = upstreamOf(options, 'enrich');
    const rules = await context.rules();
    const database = await context.database(asked);
    // The evening may prepare the next day, but not of a part of the data: the rest would stay as of today.
    const ahead = asked.accounts === undefined && range === undefined ? ONE_DAY_AHEAD : 0;
    const request = { ...asked, asOf: asOfDate(asOf, context.clock, { dryRun: asked.dryRun, ahead }), range: batchRange(range, context.clock) };
    await awaitUpstream(context, database, request.brands, upstream);
    const [{ runEnrich }, { enrichOutput }] = [await import('../../enriched/run-enrich.ts'), await import('../../cli/outputs/enrich-output.ts')];
    return enrichOutput(await runEnrich({ ...context, database, rules }, request));
  },
};
