import { addMillis, batchOfInstant, dateOf, daysBetween, instantOfBatch, type BatchId } from '../../core/time.ts';
import type { Context } from '../../context.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { count, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, importFlags, namesAmong } from '../../cli/options.ts';
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
    const { lakeFeedOf } = await import('../../feeds/check-feed.ts');
    const feeds = await feedsOf(context, options);
    const lake = await context.lake();
    const today = dateOf(context.clock.now());
    const items = await Promise.all(
      feeds.map(async (feed) => {
        const { batches } = await lake.listFeed(lakeFeedOf(feed), { until: endOf(context) }, context.signal);
        const newest = batches.at(-1);
        return {
          ...{ brand: feed.brand, entity: feed.entity.name, path: feed.template.text, batches: batches.length, newest_batch: newest?.batch ?? null },
          ...{ newest_files: newest?.files ?? 0, days: newest === undefined ? null : daysBetween(dateOf(instantOfBatch(newest.batch)), today) },
        };
      }),
    );
    const columns = [{ title: 'brand' }, { title: 'entity' }, { title: 'path', long: 'cut' as const }, ...['batches', 'newest batch', 'days old'].map((title) => ({ title, align: 'right' as const }))];
    const table = items.map((item) => [item.brand, item.entity, item.path, item.batches, item.newest_batch, item.days]);
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

/** Exports of another form than hub's own. */
export const feeds: Command = { name: 'feeds', summary: 'see and check the exports of another form that hub.config.yaml declares', commands: [list, check] };

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
