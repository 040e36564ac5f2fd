import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { HubError, codeOf } from '../../core/errors.ts';
import type { BatchId } from '../../core/time.ts';
import type { BatchRange, FeedListing, KnownFeeds, LakeBatch, LakeFeed, UnreadPlace } from '../port/lake.ts';
import { batchOfValue, fileRole, fingerprintOf, partitionValue, shownName, type LakeFile } from '../port/layout.ts';

/** Why something is not read. */
const WHY = {
  notBatch: 'it is no batch=<YYYYMMDDTHHMMSSZ>',
  otherFile: 'its name ends neither in .csv nor in .gz',
  folder: 'it is a folder inside a batch',
  entity: 'hub has no such entity',
  source: 'hub has no such source',
  brand: 'the brand is not configured',
  notBrand: 'it is no brand=<brand>',
};

/** Lists the batches of a feed with their files; what is no batch or no file of one is told beside them. */
export async function listFeed(root: string, feed: LakeFeed, range: BatchRange): Promise<FeedListing> {
  await requireLake(root);
  const entity = join(feed.source, feed.entity);
  const brands = (await namesIn(join(root, entity))).filter((name) => partitionValue(name, 'brand') === feed.brand);
  const unread: UnreadPlace[] = [];
  const folders = new Map<BatchId, string[]>();
  for (const brand of brands) {
    for (const entry of await entriesIn(join(root, entity, brand))) {
      const place = join(entity, brand, entry.name);
      const batch = batchOfValue(partitionValue(entry.name, 'batch') ?? '');
      if (batch === undefined || entry.isFile()) unread.push(unreadPlace(place, WHY.notBatch));
      else if (batch >= (range.from ?? '') && batch < range.until) folders.set(batch, [...(folders.get(batch) ?? []), place]);
    }
  }
  const batches = await Promise.all([...folders].map(([batch, places]) => listBatch(root, feed, batch, places)));
  return {
    batches: batches.map(({ listed }) => listed).sort((a, b) => (a.batch < b.batch ? -1 : 1)),
    unread: [...unread, ...batches.flatMap((batch) => batch.unread)].sort(byPlace),
  };
}

/** What lies in the lake and belongs to no known feed. A folder beside the sources is none of hub's unless it holds brands. */
export async function listUnknown(root: string, { entities, brands }: KnownFeeds): Promise<UnreadPlace[]> {
  await requireLake(root);
  const unknown: UnreadPlace[] = [];
  for (const name of await namesIn(root)) {
    const source = isSource(name, entities) ? name : undefined;
    for (const entity of await namesIn(join(root, name))) {
      const values = (await namesIn(join(root, name, entity))).map((folder) => ({ folder, brand: partitionValue(folder, 'brand') }));
      const place = join(name, entity);
      if (source === undefined) {
        if (values.some(({ brand }) => brand !== undefined)) unknown.push(unreadPlace(place, WHY.source));
      } else if (!entities[source as keyof typeof entities].includes(entity)) {
        unknown.push({ ...unreadPlace(place, WHY.entity), source });
      } else {
        const others = values.filter(({ brand }) => brand === undefined || !brands.includes(brand));
        unknown.push(...others.map(({ folder, brand }) => ({ ...unreadPlace(join(place, folder), brand === undefined ? WHY.notBrand : WHY.brand), source })));
      }
    }
  }
  return unknown.sort(byPlace);
}

/** A file in a folder of a batch, or a folder in it. */
interface BatchFile extends LakeFile {
  readonly role: 'data' | 'manifest' | 'other' | 'folder';
  /** Relative to the root. */
  readonly place: string;
}

/** The files of a role in the folders of a batch, or all that is not hidden, in the order in which they are read. */
export async function filesOf(root: string, batch: LakeBatch, wanted?: BatchFile['role']): Promise<BatchFile[]> {
  const folders = foldersOf(batch);
  const files: BatchFile[] = [];
  for (const folder of folders) {
    const names = await namesIn(join(root, folder));
    for (const name of names.sort()) {
      const role = fileRole(name);
      const place = join(folder, name);
      const found = role === 'hidden' ? undefined : await statOf(join(root, place));
      if (found === undefined || role === 'hidden') continue;
      // One instant can lie in two folders, each with a file of this name.
      const shown = folders.length === 1 ? name : join(basename(folder), name);
      files.push({ name: shown, place, bytes: found.size, version: String(Math.trunc(found.mtimeMs)), role: found.isDirectory() ? 'folder' : role });
    }
  }
  return wanted === undefined ? files : files.filter(({ role }) => role === wanted);
}

/** The folders of a batch, relative to the root. */
function foldersOf({ feed, batch, partitions }: LakeBatch): readonly string[] {
  return partitions ?? [join(feed.source, feed.entity, `brand=${feed.brand}`, `batch=${batch}`)];
}

/** What is in a folder; undefined if there is no such folder. */
async function readFolder(folder: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new HubError('configuration', 'lake_unreadable', `The folder ${folder} of the lake cannot be read.`, {
      context: { code },
      nextStep: 'Check its permissions.',
      cause,
    });
  }
}

/** @throws HubError configuration if there is no such folder */
export async function requireLake(root: string): Promise<{ readonly entries: number }> {
  const entries = await readFolder(root);
  if (entries !== undefined) return { entries: entries.length };
  throw new HubError('configuration', 'lake_missing', `There is no lake at ${root}.`, {
    nextStep: 'Set HUB_LAKE_URL to file:<folder> or athena://<catalog>/<database>?…',
  });
}

async function listBatch(root: string, feed: LakeFeed, batch: BatchId, folders: readonly string[]): Promise<{ listed: LakeBatch; unread: UnreadPlace[] }> {
  const isUsual = folders.length === 1 && folders[0] === foldersOf({ feed, batch })[0];
  const named: LakeBatch = { feed, batch, ...(isUsual ? {} : { partitions: [...folders].sort() }) };
  const files = await filesOf(root, named);
  const data = files.filter(({ role }) => role === 'data');
  return {
    listed: {
      ...named,
      files: data.length,
      bytes: data.reduce((sum, file) => sum + file.bytes, 0),
      fingerprint: fingerprintOf(files.filter(({ role }) => role === 'data' || role === 'manifest')),
    },
    unread: files.flatMap(({ place, role }) => (role === 'other' ? [unreadPlace(place, WHY.otherFile)] : role === 'folder' ? [unreadPlace(place, WHY.folder)] : [])),
  };
}

/** Undefined for a file that is gone meanwhile. */
async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** What is not hidden in a folder; nothing if there is no such folder. */
async function entriesIn(folder: string): Promise<Dirent[]> {
  return ((await readFolder(folder)) ?? []).filter(({ name }) => fileRole(name) !== 'hidden');
}

async function namesIn(folder: string): Promise<string[]> {
  return (await entriesIn(folder)).map(({ name }) => name);
}

function isSource(name: string, entities: KnownFeeds['entities']): name is LakeFeed['source'] {
  return Object.hasOwn(entities, name);
}

function unreadPlace(place: string, why: string): UnreadPlace {
  return { place: shownName(place), why };
}

function byPlace(a: UnreadPlace, b: UnreadPlace): number {
  return a.place < b.place ? -1 : 1;
}
