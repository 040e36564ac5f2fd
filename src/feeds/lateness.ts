import { addMillis, instantOfBatch, millisOf, type BatchId, type Instant } from '../core/time.ts';
import type { DeclaredFeed } from './declare/feeds.ts';

const HOUR_MILLIS = 3_600_000;

/**
 * For how many whole hours the next batch of a feed is due; 0 if it is not, null if the feed does not say how often one comes.
 * @param newest undefined: none came so far, since nobody knows when
 */
export function hoursLate({ every }: Pick<DeclaredFeed, 'every'>, newest: BatchId | undefined, now: Instant): number | null {
  if (every === undefined || newest === undefined) return null;
  const due = addMillis(instantOfBatch(newest), every);
  return Math.max(0, Math.floor((millisOf(now) - millisOf(due)) / HOUR_MILLIS));
}
