import { declaredFeeds } from '../../feeds/declare/feeds.ts';
import { hoursLate } from '../../feeds/lateness.ts';
import { billingEntities, entities, knownFeeds } from '../../sources/index.ts';
import { messagesOf } from '../../core/problem.ts';
import { unreadProblems, unseenProblems } from '../../raw/import/problems/listing-problems.ts';
import { batchOfInstant, addMillis, dateOf, type BatchId } from '../../core/time.ts';
import { someAtOnce } from '../../core/async/some-at-once.ts';
import type { Check } from './check.ts';
import { lateFeeds } from './late-feeds.ts';

const AT_ONCE = 4;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The lake answers, has partitions for the feeds, fresh ones, and nothing that no import reads. */
export const lake: Check = {
  name: 'lake',
  async run(context) {
    const opened = await context.lake();
    const { detail } = await opened.check(context.signal);
    const until = batchOfInstant(addMillis(context.clock.now(), DAY_MS));
    const brands = context.config.brands.map(({ id }) => id);
    const feeds = brands.flatMap((brand) => entities.map(({ feed, name }) => ({ source: feed, entity: name, brand })));
    const listings = await someAtOnce(
      feeds.map((feed) => async (signal: AbortSignal) => ({ feed, ...(await opened.listFeed(feed, { until }, signal)) })),
      AT_ONCE,
      context.signal,
    );
    const unknown = await opened.listUnknown(knownFeeds(brands), context.signal);
    const newest = listings.filter(({ feed }) => feed.source === 'billing').map(({ feed: { brand }, batches }) => ({ brand, batch: batches.at(-1)?.batch }));
    const found = newest.filter(({ batch }) => batch !== undefined).length;
    const byBrand = brands.map((brand) => ({ brand, batch: latest(newest.flatMap((feed) => (feed.brand === brand && feed.batch !== undefined ? [feed.batch] : []))) }));
    const shown = byBrand.map(({ brand, batch }) => `${brand} ${batch ?? 'none'}`).join(', ');
    const came = listings.map(({ feed: { source, brand, entity }, batches }) => ({ source, brand, stream: entity, batches: batches.map(({ batch }) => batch) }));
    // The example lake of a fresh clone is old by nature.
    const stale = context.config.embedded ? [] : lateFeeds(came, dateOf(context.clock.now()));
    const due = declaredFeeds(context.config.feeds).flatMap((feed) => {
      const batch = listings.find((each) => each.feed.source === feed.entity.feed && each.feed.entity === feed.entity.name && each.feed.brand === feed.brand)?.batches.at(-1)?.batch;
      const hours = hoursLate(feed, batch, context.clock.now());
      return hours === null || hours === 0 ? [] : [`look at the exporter of ${feed.brand} ${feed.entity.name}: a batch is due for ${hours} hours, the newest is ${batch ?? ''}`];
    });
    const unread = unreadProblems([...unknown, ...listings.flatMap((listing) => listing.unread)]);
    const advice = [...due, ...stale, ...messagesOf([...unread, ...unseenProblems(listings)])];
    return {
      found: `${opened.location}, ${detail}, ${found} of ${brands.length * billingEntities.length} feeds, newest: ${shown}`,
      advice: advice.length > 0 ? advice.join('; ') : undefined,
    };
  },
};

function latest(batches: readonly BatchId[]): BatchId | undefined {
  return batches.reduce<BatchId | undefined>((last, batch) => (last === undefined || batch > last ? batch : last), undefined);
}
