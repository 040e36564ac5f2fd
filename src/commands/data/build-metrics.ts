import { asKey } from '../../db/key-lookup.ts';
import type { Command } from '../../cli/command.ts';
import { ONE_DAY_AHEAD, asOfDate, date, datesGiven, requireNearDates } from '../../cli/dates.ts';
import { list, option, toggle } from '../../cli/flag.ts';
import { brandsOf, dataFlags, dataOptions } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';

const flags = {
  asOf: option('--as-of <date>', 'the last day of recurring revenue and active subscriptions (YYYY-MM-DD; default: today, UTC)', date),
  account: list('--account <id...>', 'only these billing accounts, with all accounts of their persons'),
  rebuild: toggle('--rebuild', 'make everything anew and compare each stored column: mends what was changed by hand'),
};

/** Derives recurring revenue, revenue, customers and cohorts from enriched records and orders. */
export const buildMetrics: Command = {
  name: 'build-metrics',
  summary: 'derive metrics: recurring revenue, revenue, customers, cohorts, predicted value, marketing, margins, stock',
  description:
    'Takes up the persons whose enriched records, orders or credit notes changed since the last run and decides each of them ' +
    'whole: recurring revenue of each subscription over time, its movements, revenue entry by entry, and when the person became ' +
    'a customer. Then it computes anew the sums that these changes concern, by day, month and cohort, and those that the day ' +
    'changes; and what marketing cost and brought, margins of products, and stock, from the facts of import-ads and import-inventory. ' +
    'Models of lifetime value are fitted to what was known at the end of the month before. Only differences are written. ' +
    '--brand, --account, --from and --to choose persons; the latter two those with a ' +
    'subscription, an invoice or a refund of these dates. Of shards that run at the same time the last one sums up for all.',
  options: [...dataOptions, ...Object.values(flags)],
  examples: [
    'hub build-metrics',
    'hub build-metrics --after assemble-orders,attribute-refunds --max-wait 2h',
    'hub build-metrics --dry-run    # which records of persons would change, and how many sums they concern',
    'hub build-metrics --as-of 2026-03-31 --output json',
    'hub build-metrics --rebuild    # everything anew: nothing changes unless somebody changed it by hand',
    'hub build-metrics --shard 2/4 --no-progress',
  ],
  decidesByDate: true,
  async run(context, options) {
    const { config, clock } = context;
    const [given, range] = [flags.asOf.of(options), datesGiven(options)];
    const asked = {
      allBrands: config.brands.map(({ id }) => id),
      brands: brandsOf(options, config),
      accounts: flags.account.of(options)?.map(asKey),
      range,
      shard: dataFlags.shard.of(options),
      dryRun: dataFlags.dryRun.of(options),
      rebuild: flags.rebuild.of(options),
    };
    const upstream = upstreamOf(options, 'build-metrics');
    const database = await context.database(asked);
    requireNearDates(range, clock);
    const request = { ...asked, asOf: asOfDate(given, clock, { dryRun: asked.dryRun, ahead: ONE_DAY_AHEAD }) };
    await awaitUpstream(context, database, request.brands, upstream);
    const [{ runMetrics }, { metricsSetup }, { pricesIncludeTax }, { metricsText }] = [
      await import('../../metrics/run-metrics.ts'),
      await import('../../metrics/metrics-setup.ts'),
      await import('../../config.ts'),
      await import('../../cli/outputs/metrics-output.ts'),
    ];
    const setup = metricsSetup(config.metrics, await context.rules());
    const report = await runMetrics({ ...context, ...setup, database, pricesIncludeTax: (brand) => pricesIncludeTax(config, brand), horizonMonths: config.metrics.horizon_months }, request);
    return { text: [...metricsText(report), ...report.warnings].join('\n\n'), json: report, refused: report.status === 'refused' };
  },
};
