import { problem, type Problem } from '../../../core/problem.ts';
import { firstOf } from '../../../core/text/first-of.ts';
import type { FeedListing, LakeBatch, LakeFeed, UnreadPlace } from '../../../lake/port/lake.ts';

/** Places named one by one for a feed; of more only the number is told. */
const MOST_NAMED = 10;
const READ_IT = 'Rename the file, correct the name of the folder, declare the brand or add the partition; or remove what does not belong there. See also: hub doctor';

/**
 * What lies in the lake and is not read.
 * @param feed of which it is, where that is known
 */
export function unreadProblems(unread: readonly UnreadPlace[], feed?: LakeFeed): Problem[] {
  const place = { brand: feed?.brand, stream: feed?.entity, next: READ_IT };
  const { shown, more } = firstOf(unread, MOST_NAMED);
  const named = shown.map(({ place: file, why }) => problem('not_read', `not read: ${file}, as ${why}`, { ...place, file }));
  return more > 0 ? [...named, problem('not_read', `not read: ${more} more like the ones before`, place)] : named;
}

/** A batch that is read again because its files are not those that were read. */
export function changeProblem({ feed, batch, files }: LakeBatch, filesBefore: number): Problem {
  // Where parts are no files, only the fact is known.
  const how = files === undefined || files === filesBefore ? '' : ` (${filesBefore} then, ${files} now)`;
  const message = `${feed.brand} ${feed.entity} ${batch}: its files changed since it was imported${how}, so it is read again`;
  return problem('batch_changed', message, { brand: feed.brand, stream: feed.entity, batch });
}

/** Each reason why files of batches cannot be seen. */
export function unseenProblems(listings: readonly Pick<FeedListing, 'unseen'>[]): Problem[] {
  const reasons = new Set(listings.flatMap(({ unseen }) => unseen ?? []));
  const next = 'Give hub the rights athena:GetTableMetadata, and s3:ListBucket below the location of the tables.';
  return [...reasons].map((reason) => problem('files_unseen', `the files of batches cannot be seen, so changes of batches that were read go unnoticed: ${reason}`, { next }));
}
