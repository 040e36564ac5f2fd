import pLimit from 'p-limit';

import type { ImportContext } from './import-batch.ts';
import type { FeedPlan } from './import-feed.ts';

/** How the feeds of a group are imported where the database has several writers; with one, they follow each other. */
interface Pace {
  readonly of: (plan: FeedPlan) => boolean;
  readonly feedsAtOnce: number;
  readonly readsAhead: boolean;
  readonly turns: () => ImportContext['turns'];
}

/** Group after group. Of new feeds, one is read and sorted while two others fill their tables in order. */
const newFeeds: Pace = {
  of: ({ isNew }) => isNew,
  feedsAtOnce: 3,
  readsAhead: true,
  turns: () => ({ read: pLimit(1), store: pLimit(2) }),
};
/** Other first imports fill their tables in the order of the files: two that do push each other's pages out. */
const firstFeeds: Pace = {
  of: ({ isNew, isFirst }) => isFirst && !isNew,
  feedsAtOnce: 2,
  readsAhead: true,
  turns: () => ({ read: pLimit(1), store: pLimit(1) }),
};
/** One waits for pages while the other is read. */
const knownFeeds: Pace = {
  of: ({ isFirst }) => !isFirst,
  feedsAtOnce: 2,
  readsAhead: false,
  turns: () => ({ read: atOnce, store: atOnce }),
};

/** All of them, in their order. */
export const PACES = [newFeeds, firstFeeds, knownFeeds];

/** For feeds that need not wait for each other. */
function atOnce<T>(work: () => Promise<T>): Promise<T> {
  return work();
}
