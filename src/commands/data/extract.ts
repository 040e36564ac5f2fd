import type { Config } from '../../config.ts';
import type { Context } from '../../context.ts';
import type { Command, OptionValues, Output } from '../../cli/command.ts';
import { Companion, count, list, option, toggle } from '../../cli/flag.ts';
import { dataFlags, knownBrands, namesAmong } from '../../cli/options.ts';
import { waitingTime } from '../../cli/waiting-time.ts';
import { HubError } from '../../core/errors.ts';
import { checksum } from '../../core/hash.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import type { Platform } from '../../sources/api/platform.ts';
import type { AccountStreams } from '../../sources/extract/run-extract.ts';

const flags = {
  source: list('--source <platform...>', 'only these platforms; with --from-singer the name of the source'),
  stream: list('--stream <name...>', 'only these streams'),
  account: list('--account <name...>', 'only these accounts'),
  from: option('--from <date>', 'backfill from this day or instant on (UTC); the state stays', instant),
  to: option('--to <date>', 'end of the backfill, exclusive', instant),
  fromSinger: option('--from-singer <file>', 'read the lines of a Singer tap instead: - for standard input'),
  brand: new Companion('--brand <id>', 'the brand of what the tap gives', '--from-singer', (text) => text),
  maxWait: option('--max-wait <duration>', 'the longest wait for a limit, such as 10m', waitingTime).or('10m'),
  maxRequests: option('--max-requests <count>', 'send no more requests than this', count),
  shard: dataFlags.shard,
  dryRun: dataFlags.dryRun,
  progress: toggle('--no-progress', 'no progress bar on a terminal'),
};

/** Brings what platforms answer into the source lake. */
export const extract: Command = {
  name: 'extract',
  summary: 'ask the APIs of platforms for what is new, into the source lake',
  description:
    'Asks each account of the configuration (sources) for what is new of each stream and writes the answers, as they are, as ' +
    'batches to the source lake (HUB_SOURCES_URL); import-sources takes them from there. Waits where a platform asks for it, up ' +
    'to --max-wait; a longer wait ends the stream for this run. --dry-run asks for one page of each stream and writes nothing. ' +
    'Ends with 3 if a stream failed, with 6 if all that failed can be better next time; the others are done.',
  options: Object.values(flags),
  examples: [
    'hub extract --source stripe',
    'hub extract --source shopify --stream orders --dry-run',
    'hub extract --source stripe --from 2026-11-01 --to 2026-11-08',
    'tap-example --config tap.json | hub extract --from-singer - --source example --account main --brand alpina',
  ],
  async run(context, options) {
    return flags.fromSinger.isGiven(options) ? extractSinger(context, options) : extractPlatforms(context, options);
  },
};

async function extractPlatforms(context: Context, options: OptionValues): Promise<Output> {
  const dryRun = flags.dryRun.of(options);
  const [{ platforms }, { rangeOf, runExtract }, { proxySettings }, { extractOutput }] = await Promise.all([
    import('../../sources/platforms/index.ts'),
    import('../../sources/extract/run-extract.ts'),
    import('../../net/proxy.ts'),
    import('../../cli/outputs/extract-output.ts'),
  ]);
  const range = rangeOf(flags.from.of(options), flags.to.of(options));
  const accounts = accountsOf(context.config, options, platforms);
  const maxRequests = flags.maxRequests.of(options);
  const services = { ...context, database: await context.database({ dryRun }), lake: await context.sourceLake(), store: await context.secrets(), proxy: proxySettings(context.config.variable) };
  const params = {
    sources: flags.source.of(options) ?? null,
    streams: flags.stream.of(options) ?? null,
    accounts: flags.account.of(options) ?? null,
    from: range?.from ?? null,
    to: range?.to ?? null,
    limit: maxRequests ?? null,
  };
  const request = { accounts, range, shard: flags.shard.of(options).label, maxWaitMs: flags.maxWait.of(options), maxRequests, dryRun, params };
  return extractOutput(await runExtract(services, request));
}

/**
 * None where no account of the platforms is declared: their CronJobs have nothing to do.
 * @throws HubError usage where an option names nothing that there is
 */
function accountsOf(config: Config, options: OptionValues, platforms: readonly Platform[]): AccountStreams[] {
  const names = (values: readonly string[]): string[] => [...new Set(values)].sort();
  const sources = flags.source.of(options);
  if (sources !== undefined) namesAmong(sources, platforms.map(({ name }) => name), 'source');
  const wanted = flags.account.of(options);
  if (wanted !== undefined) namesAmong(wanted, names(config.sources.map(({ account }) => account)), 'account', ` Accounts are declared in ${config.file}.`);
  const streams = flags.stream.of(options);
  const shard = flags.shard.of(options);
  const chosen = config.sources
    .filter(({ platform, account }) => (sources?.includes(platform) ?? true) && (wanted?.includes(account) ?? true))
    // By account: its streams share a rate budget, which cannot be divided.
    .filter(({ platform, account }) => shard.has(checksum(`${platform}/${account}`)))
    .flatMap((account) => platforms.filter(({ name }) => name === account.platform).map((platform) => ({ platform, account })));
  if (streams !== undefined) namesAmong(streams, names(chosen.flatMap(({ platform }) => platform.streams.filter(({ extraction }) => extraction !== undefined).map(({ name }) => name))), 'stream');
  return chosen.map(({ platform, account }) => ({
    ...{ platform, account },
    streams: platform.streams.filter(({ name }) => (streams?.includes(name) ?? true) && (account.streams?.includes(name) ?? true)),
  }));
}

async function extractSinger(context: Context, options: OptionValues): Promise<Output> {
  const [[source, ...others] = [], [account, ...more] = []] = [flags.source.of(options), flags.account.of(options)];
  const brandName = flags.brand.of(options);
  if (source === undefined || account === undefined || brandName === undefined || others.length + more.length > 0) {
    throw new HubError('usage', 'singer_unnamed', '--from-singer needs one --source, one --account and one --brand.', { nextStep: 'Name them: hub extract --from-singer - --source example --account main --brand alpina' });
  }
  const [brand] = knownBrands([brandName], context.config);
  const { platforms } = await import('../../sources/platforms/index.ts');
  if (!/^[a-z][a-z0-9_]{0,19}$/.test(source) || platforms.some(({ name }) => name === source)) {
    throw new HubError('usage', 'invalid_source', `"${source}" is no name for what a tap gives.`, { nextStep: 'Give up to 20 lower-case letters, digits and underscores, and not the name of a platform that hub asks itself.' });
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/.test(account)) {
    throw new HubError('usage', 'invalid_account', `"${account}" is no name of an account.`, { nextStep: 'Give up to 40 letters, digits, dots, dashes and underscores.' });
  }
  const [{ runSinger }, { extractOutput }, { textLinesOf }] = await Promise.all([import('../../sources/extract/run-singer.ts'), import('../../cli/outputs/extract-output.ts'), import('../../lake/files/lines.client.ts')]);
  const services = { ...context, database: await context.database(), lake: await context.sourceLake() };
  const lines = textLinesOf(flags.fromSinger.of(options) ?? '-', context.signal);
  return extractOutput(await runSinger(services, { source, account, brand: brand ?? brandName, lines }));
}

function instant(text: string, flag: string): Instant {
  const value = parseInstant(text);
  if (value !== undefined) return value;
  throw new HubError('usage', 'invalid_date', `"${text}" is no valid value of ${flag}.`, { nextStep: 'Give a date such as 2026-11-01, or an instant such as 2026-11-01T12:00:00Z.' });
}
