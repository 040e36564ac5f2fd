import { billingEntities } from '../../raw/entities/index.ts';
import { batchOfInstant, addMillis, daysBetween, dateOf, instantOfBatch, type BatchId } from '../../core/time.ts';
import { someAtOnce } from '../../core/some-at-once.ts';
import type { Check } from './check.ts';

const AT_ONCE = 4;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Exports come daily; one that is late by a day is looked for. */
const FRESH_DAYS = 2;

/** The lake answers, has partitions for the feeds, and fresh ones. */
export const lake: Check = {
  name: 'lake',
  async run(context) {
    const opened = await context.lake();
    const { detail } = await opened.check(context.signal);
    const until = batchOfInstant(addMillis(context.clock.now(), DAY_MS));
    const brands = context.config.brands.map(({ id }) => id);
    const feeds = brands.flatMap((brand) => billingEntities.map(({ feed, name }) => ({ source: feed, entity: name, brand })));
    const newest = await someAtOnce(
      feeds.map((feed) => async (signal: AbortSignal) => ({ brand: feed.brand, batch: (await opened.listBatches(feed, { until }, signal)).at(-1)?.batch })),
      AT_ONCE,
      context.signal,
    );
    const found = newest.filter(({ batch }) => batch !== undefined).length;
    const byBrand = brands.map((brand) => ({ brand, batch: latest(newest.flatMap((feed) => (feed.brand === brand && feed.batch !== undefined ? [feed.batch] : []))) }));
    const shown = byBrand.map(({ brand, batch }) => `${brand} ${batch ?? 'none'}`).join(', ');
    const today = dateOf(context.clock.now());
    const old = byBrand.filter(({ batch }) => batch === undefined || daysBetween(dateOf(instantOfBatch(batch)), today) >= FRESH_DAYS).map(({ brand }) => brand);
    // The example lake of a fresh clone is old by nature.
    const stale = old.length > 0 && !context.config.embedded;
    return {
      found: `${opened.location}, ${detail}, ${found} of ${feeds.length} feeds, newest: ${shown}`,
      advice: stale ? `look at the exporter: nothing new for ${old.join(', ')} in ${FRESH_DAYS} days` : undefined,
    };
  },
};

function latest(batches: readonly BatchId[]): BatchId | undefined {
  return batches.reduce<BatchId | undefined>((last, batch) => (last === undefined || batch > last ? batch : last), undefined);
}
