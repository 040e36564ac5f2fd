import type { BatchId } from '../../core/time.ts';
import type { BatchRange, FeedListing, LakeBatch, LakeFeed, UnreadPlace } from '../port/lake.ts';
import { batchOfValue, fileRole, fingerprintOf, partitionValue, shownName, type LakeFile } from '../port/layout.ts';

/** An object below the folder of a brand. */
export interface BrandObject extends Omit<LakeFile, 'name'> {
  readonly uri: string;
  /** `batch=…/part-00000.csv` */
  readonly path: string;
}

/** The listing of a feed, and the manifests of its batches. */
interface AthenaListing {
  readonly listing: FeedListing;
  readonly manifests: ReadonlyMap<LakeBatch, readonly string[]>;
}

interface BatchObjects {
  readonly files: LakeFile[];
  readonly manifests: string[];
}

/**
 * What the partitions of a table and the objects behind it say of a feed. Athena reads every object of a partition whose name
 * does not begin with `_` or `.`, in folders below it too. A folder that is no partition of the table it does not read at all.
 * @param values of the column `batch`
 * @param objects below the folder of the brand; undefined if they cannot be seen
 */
export function listingOf(feed: LakeFeed, range: BatchRange, values: readonly string[], objects: readonly BrandObject[] | undefined): AthenaListing {
  const isDue = (batch: BatchId): boolean => batch >= (range.from ?? '') && batch < range.until;
  const partitions = new Map<BatchId, string[]>();
  const unread: UnreadPlace[] = [];
  for (const value of values) {
    const batch = batchOfValue(value);
    if (batch === undefined) unread.push(unreadPlace(feed, `batch=${value}`, 'its batch is no <YYYYMMDDTHHMMSSZ>'));
    else if (isDue(batch)) partitions.set(batch, [...(partitions.get(batch) ?? []), value]);
  }
  const found = objectsByValue(objects ?? []);
  const known = new Set(values);
  for (const [value, { files }] of found) {
    const batch = batchOfValue(value);
    if (known.has(value) || files.length === 0 || (batch !== undefined && !isDue(batch))) continue;
    unread.push(unreadPlace(feed, `batch=${value}`, 'it lies in the bucket and is no partition of the table'));
  }
  const manifests = new Map<LakeBatch, readonly string[]>();
  const batches = [...partitions].map(([batch, names]) => {
    const own = names.map((name) => found.get(name)).filter((one) => one !== undefined && one.files.length > 0) as BatchObjects[];
    const listed: LakeBatch = {
      feed,
      batch,
      ...(names.length === 1 && names[0] === batch ? {} : { partitions: names }),
      // A partition with a location of its own is seen by Athena only.
      ...(own.length < names.length ? {} : { fingerprint: fingerprintOf(own.flatMap(({ files }) => files)) }),
    };
    manifests.set(listed, own.flatMap((one) => one.manifests));
    return listed;
  });
  return { listing: { batches: batches.sort((a, b) => (a.batch < b.batch ? -1 : 1)), unread }, manifests };
}

function objectsByValue(objects: readonly BrandObject[]): Map<string, BatchObjects> {
  const found = new Map<string, BatchObjects>();
  for (const { uri, path, bytes, version } of objects) {
    const [folder = '', ...rest] = path.split('/');
    const value = partitionValue(folder, 'batch');
    const role = fileRole(rest.at(-1) ?? '');
    // A key that ends with a slash only stands for a folder.
    if (value === undefined || role === 'hidden' || rest.at(-1) === '' || rest.length === 0) continue;
    const batch = found.get(value) ?? { files: [], manifests: [] };
    found.set(value, batch);
    batch.files.push({ name: path, bytes, version });
    if (role === 'manifest') batch.manifests.push(uri);
  }
  return found;
}

function unreadPlace({ source, entity, brand }: LakeFeed, place: string, why: string): UnreadPlace {
  return { place: shownName(`${source}_${entity}/brand=${brand}/${place}`), why, source };
}
