import pLimit from 'p-limit';

import type { ImportContext } from './import-batch.ts';
import type { FeedPlan } from './import-feed.ts';

/** How the feeds of a group are imported where the database has several writers; with one, they follow each other. */
interface ImportConcurrency {
  readonly of: (plan: FeedPlan) => boolean;
  readonly feedsAtOnce: number;
  readonly readsAhead: boolean;
  readonly limiters: () => ImportContext['limiters'];
}

/** Group after group. Of new feeds, one is read and sorted while two others fill their tables in order. */
const newFeeds: ImportConcurrency = {
  of: ({ isNew }) => isNew,
  feedsAtOnce: 3,
  readsAhead: true,
  limiters: () => ({ read: pLimit(1), store: pLimit(2) }),
};
/** Other first imports fill their tables in the order of the files: two that do push each other's pages out. */
const firstFeeds: ImportConcurrency = {
  of: ({ isNew, isFirst }) => isFirst && !isNew,
  feedsAtOnce: 2,
  readsAhead: true,
  limiters: () => ({ read: pLimit(1), store: pLimit(1) }),
};
/** One waits for pages while the other is read. */
const knownFeeds: ImportConcurrency = {
  of: ({ isFirst }) => !isFirst,
  feedsAtOnce: 2,
  readsAhead: false,
  limiters: () => ({ read: atOnce, store: atOnce }),
};

/** All of them, in their order. */
export const CONCURRENCIES = [newFeeds, firstFeeds, knownFeeds];

/** For feeds that need not wait for each other. */
function atOnce<T>(work: () => Promise<T>): Promise<T> {
  return work();
}
