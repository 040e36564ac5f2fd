import type { FeedListing, LakeBatch, UnreadPlace } from '../lake/lake.ts';

/** Places named one by one for a feed; of more only the number is told. */
const MOST_NAMED = 10;

/** Sentences on what lies in the lake and is not read. */
export function unreadNotes(unread: readonly UnreadPlace[]): string[] {
  const named = unread.slice(0, MOST_NAMED).map(({ place, why }) => `not read: ${place}, as ${why}`);
  const others = unread.length - named.length;
  return others > 0 ? [...named, `not read: ${others} more like the ones before`] : named;
}

/** A sentence on a batch that is read again because its files are not those that were read. */
export function changeNote({ feed, batch, files }: LakeBatch, filesBefore: number): string {
  // Where parts are no files, only the fact is known.
  const how = files === undefined || files === filesBefore ? '' : ` (${filesBefore} then, ${files} now)`;
  return `${feed.brand} ${feed.entity} ${batch}: its files changed since it was imported${how}, so it is read again`;
}

/** A sentence for each reason why files of batches cannot be seen. */
export function unseenNotes(listings: readonly Pick<FeedListing, 'unseen'>[]): string[] {
  const reasons = new Set(listings.flatMap(({ unseen }) => unseen ?? []));
  return [...reasons].map((reason) => `the files of batches cannot be seen, so changes of batches that were read go unnoticed: ${reason}`);
}
