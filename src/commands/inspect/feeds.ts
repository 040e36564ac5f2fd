import { basename, relative, resolve, sep } from 'node:path';

import { addMillis, batchOfInstant, dateOf, daysBetween, instantOfBatch, type BatchId } from '../../core/time.ts';
import type { Context } from '../../context.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { count, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, importFlags, knownBrands, namesAmong } from '../../cli/options.ts';
import { textTable } from '../../cli/table.ts';
import type { DeclaredFeed } from '../../feeds/declare/feeds.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NONE = 'The configuration declares no feeds of another form than hub\'s own. docs/feeds.md shows how.';
const chosen = { brand: dataFlags.brand, entity: importFlags.entity };
const rows = option('--rows <n>', 'read about so many rows of each feed', count).or('10000');

const list: Command = {
  name: 'list',
  summary: 'list the feeds that hub.config.yaml declares: path, batches, the newest and its age',
  options: Object.values(chosen),
  examples: ['hub feeds list', 'hub feeds list --brand alpina --output json'],
  async run(context, options) {
    const [{ lakeFeedOf }, { hoursLate }] = [await import('../../feeds/check-feed.ts'), await import('../../feeds/lateness.ts')];
    const feeds = await feedsOf(context, options);
    const lake = await context.lake();
    const today = dateOf(context.clock.now());
    const items = await Promise.all(
      feeds.map(async (feed) => {
        const { batches } = await lake.listFeed(lakeFeedOf(feed), { until: endOf(context) }, context.signal);
        const newest = batches.at(-1);
        return {
          ...{ brand: feed.brand, entity: feed.entity.name, path: feed.template.text, batches: batches.length, newest_batch: newest?.batch ?? null },
          late_hours: hoursLate(feed, newest?.batch, context.clock.now()),
          ...{ newest_files: newest?.files ?? 0, days: newest === undefined ? null : daysBetween(dateOf(instantOfBatch(newest.batch)), today) },
        };
      }),
    );
    const columns = [{ title: 'brand' }, { title: 'entity' }, { title: 'path', long: 'cut' as const }, ...['batches', 'newest batch', 'days old', 'hours late'].map((title) => ({ title, align: 'right' as const }))];
    const table = items.map((item) => [item.brand, item.entity, item.path, item.batches, item.newest_batch, item.days, item.late_hours]);
    return { text: items.length === 0 ? NONE : textTable(columns, table), json: items };
  },
};

const check: Command = {
  name: 'check',
  summary: 'read a sample of each declared feed, and say what would be stored, rejected and unknown',
  description:
    'Takes the newest batch of each feed that hub.config.yaml declares, maps and checks its first rows as an import does, and stores nothing; ' +
    'no database is needed. Ends with 3 if a feed has no file, its batch would be refused, or rows of it rejected. Values are not shown: they can be personal.',
  options: [...Object.values(chosen), rows],
  examples: ['hub feeds check', 'hub feeds check --brand alpina --entity invoice --rows 1000'],
  async run(context, options) {
    const [{ checkFeed }, { checkText, isGood }] = await Promise.all([import('../../feeds/check-feed.ts'), import('../../cli/text/feed-text.ts')]);
    const feeds = await feedsOf(context, options);
    const lake = await context.lake();
    const items = [];
    for (const feed of feeds) items.push(await checkFeed(lake, feed, { rows: rows.of(options), until: endOf(context), signal: context.signal }));
    return { text: items.length === 0 ? NONE : checkText(items), json: items, refused: !items.every(isGood) };
  },
};

const sniffed = { brand: option('--brand <id>', 'whose exports they are (default: the first brand)'), entity: option('--entity <name>', 'what all of the files hold, if their names and headers do not tell') };

const sniff: Command = {
  name: 'sniff',
  summary: 'look at files of an export, and propose the entry for hub.config.yaml',
  description:
    'Tells coding, delimiter, forms of numbers and dates, which header is which column by its name and by what its values look like, and whether files are ' +
    'increments or snapshots. Prints YAML that hub feeds check accepts, with a table of columns, masked examples and what stays open as comments. ' +
    'Give two files of each kind from two days, by their path in the lake.',
  arguments: '<file...>',
  options: Object.values(sniffed),
  examples: ['hub feeds sniff exports/2026/03/20/*.csv.gz --brand alpina', 'hub feeds sniff full/*/invoices.csv >> hub.config.yaml', 'hub feeds sniff export.csv --entity invoice --output json'],
  async run({ config, signal }, options, files) {
    const [{ sampleOf }, { sniffStreams }, { masked, sniffedEntry, sniffText }, { entityNamed }] = [await import('../../feeds/sniff/sample.client.ts'), await import('../../feeds/sniff/sniff.ts'), await import('../../cli/text/sniff-text.ts'), await import('../../sources/index.ts')];
    const [brand = ''] = knownBrands([sniffed.brand.of(options) ?? config.brands[0]?.id ?? ''], config);
    const entity = sniffed.entity.of(options);
    const seen = [];
    for (const file of files) seen.push({ path: belowLake(file, config.lakeUrl), sample: await sampleOf(file, signal) });
    const streams = sniffStreams(seen, entity === undefined ? undefined : entityNamed(entity));
    const items = streams.map(({ entity: name, files: paths, rows: count, matches, others, open }) => ({
      ...{ entity: name, files: paths, rows: count, open, extra: others.map(({ header }) => header) },
      columns: matches.map(({ header, column, by, values, unknown, example }) => ({ header, column: column.name, by, values, unknown, example: masked(example) ?? null })),
    }));
    return { text: sniffText(brand, streams), json: { entry: sniffedEntry(brand, streams), streams: items } };
  },
};

const needsCommand: Command = {
  name: 'needs',
  summary: 'say which feeds each command and result stands on, which are absent or empty, and what is wrong without them',
  description: 'Looks at what is stored, of each entity one row. absent: no batch of it was ever stored; empty: batches were, and hold nothing of it. Ends with 3 if a result would be wrong or missing, and with 2 if nothing at all is stored of billing.',
  options: [chosen.brand],
  examples: ['hub feeds needs', 'hub feeds needs --brand belmont --output json'],
  async run(context, options) {
    const [{ needs, unmetNeeds }, { storedNeeds }, { needsText }] = [await import('../../feeds/needs/needs.ts'), await import('../../feeds/needs/stored.repository.ts'), await import('../../cli/text/needs-text.ts')];
    const brands = brandsOf(options, context.config);
    const storedOf = await storedNeeds(await context.database(), brands);
    const unmet = unmetNeeds(brands, storedOf);
    const items = needs.map((need) => ({ ...need, brands: Object.fromEntries(brands.map((brand) => [brand, storedOf(brand, need)])) }));
    const nothing = items.every((item) => Object.values(item.brands).every((stored) => stored === 'absent'));
    return { text: needsText(brands, items, unmet), json: items, failed: nothing, refused: unmet.some(({ required }) => required) };
  },
};

const profileList: Command = {
  name: 'profiles',
  summary: 'list the profiles that an entry of feeds can build on: what each maps, what it leaves to you, and its sources',
  examples: ['hub feeds profiles'],
  async run() {
    const { profiles } = await import('../../feeds/profiles/index.ts');
    const items = [...profiles].map(([name, { title, streams, yours, sources }]) => ({ name, title, streams: Object.fromEntries(Object.entries(streams).map(([entity, { file }]) => [entity, file])), yours, sources }));
    const texts = items.map(({ name, title, streams, yours, sources }) => [`${name}: ${title}`, `  streams: ${Object.entries(streams).map(([entity, file]) => `${entity} (${file})`).join(', ')}`, ...yours.map((each) => `  yours: ${each}`), ...sources.map(({ url, read }) => `  source: ${url}, read ${read}`)].join('\n'));
    return { text: texts.join('\n\n'), json: items };
  },
};

/** Exports of another form than hub's own. */
export const feeds: Command = { name: 'feeds', summary: 'propose, see and check the exports of another form that hub.config.yaml declares', commands: [sniff, profileList, list, check, needsCommand] };

/** The path of a file relative to the lake; itself if it does not lie there. */
function belowLake(file: string, lakeUrl: string): string {
  const path = lakeUrl.startsWith('file:') ? relative(resolve(lakeUrl.slice('file:'.length)), resolve(file)) : file;
  return (path.startsWith('..') ? basename(file) : path).split(sep).join('/');
}

async function feedsOf({ config }: Context, options: OptionValues): Promise<DeclaredFeed[]> {
  const { declaredFeeds } = await import('../../feeds/declare/feeds.ts');
  const all = declaredFeeds(config.feeds);
  const brands = brandsOf(options, config);
  const names = namesAmong(chosen.entity.of(options) ?? [], [...new Set(all.map(({ entity }) => entity.name))], 'entity', ' Feeds are declared in hub.config.yaml.');
  return all.filter(({ brand, entity }) => brands.some((each) => each === brand) && (names.length === 0 || names.includes(entity.name)));
}

/** A batch of today may be named by the end of the day. */
function endOf({ clock }: Pick<Context, 'clock'>): BatchId {
  return batchOfInstant(addMillis(clock.now(), DAY_MS));
}
