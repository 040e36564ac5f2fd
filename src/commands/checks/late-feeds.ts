import { daysBetween, type BatchId, type LocalDate } from '../../core/time.ts';
import { FRESH_DAYS, dayOfBatch, daysSince, isLate } from '../../engine/runs/freshness.ts';

/** The batches of one stream of a brand, as the lake lists them, oldest first. */
export interface ListedFeed {
  readonly source: string;
  readonly brand: string;
  readonly stream: string;
  readonly batches: readonly BatchId[];
}

/** From so many batches on it is known how often a stream comes. */
const ENOUGH_BATCHES = 5;
/** Gaps of so many batches count: a stream that came rarely long ago may come daily now. */
const RECENT_BATCHES = 30;

/**
 * Which exports do not come any more: of a whole source and brand, whose newest batch is two days old or more, and of single
 * streams of a source that goes on, if they are silent for more than twice as long as they ever were of late.
 * A source without a single batch of any brand is one that is not in use.
 * @param today by the clock of the hub
 * @returns one text for each, saying since when
 */
export function lateFeeds(feeds: readonly ListedFeed[], today: LocalDate): string[] {
  const sources = [...new Set(feeds.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const own = feeds.filter((feed) => feed.source === source);
    const brands = [...new Set(own.map(({ brand }) => brand))].map((brand) => ({ brand, newest: newestOf(own.filter((feed) => feed.brand === brand)) }));
    if (source !== 'billing' && brands.every(({ newest }) => newest === undefined)) return [];
    const late = brands.filter(({ newest }) => newest === undefined || isLate(newest, today));
    const whole = late.length === 0 ? [] : [`look at the exporter of ${source}: ${late.map(({ brand, newest }) => lateText(brand, newest, today)).join(', ')}`];
    const going = own.filter(({ brand }) => !late.some((other) => other.brand === brand));
    return [...whole, ...going.flatMap((feed) => silentText(feed, today))];
  });
}

function newestOf(feeds: readonly ListedFeed[]): BatchId | undefined {
  return feeds.flatMap(({ batches }) => batches.slice(-1)).sort().at(-1);
}

function lateText(brand: string, newest: BatchId | undefined, today: LocalDate): string {
  return newest === undefined ? `nothing of ${brand}` : `nothing of ${brand} since ${dayOfBatch(newest)} (${daysSince(newest, today)} days)`;
}

function silentText({ source, brand, stream, batches }: ListedFeed, today: LocalDate): string[] {
  const newest = batches.at(-1);
  if (newest === undefined || batches.length < ENOUGH_BATCHES) return [];
  const days = [...new Set(batches.map(dayOfBatch))].slice(-RECENT_BATCHES);
  const longest = Math.max(1, ...days.slice(1).map((day, index) => daysBetween(days[index] ?? day, day)));
  const silent = daysSince(newest, today);
  if (silent < FRESH_DAYS || silent <= 2 * longest) return [];
  return [`look at the exporter of ${source}: no ${stream} of ${brand} since ${dayOfBatch(newest)} (${silent} days; before, ${longest} at most)`];
}
