import { join } from 'node:path';

import { groupBy } from '../core/group-by.ts';
import { openBytes } from '../lake/files/file-bytes.client.ts';
import { csvPart } from '../lake/port/csv-part.ts';
import type { BatchRange, FeedListing, KnownFeeds, Lake, LakeBatch, LakeFeed, LakePart, ReadStatistics, UnreadPlace } from '../lake/port/lake.ts';
import { fingerprintOf, shownName } from '../lake/port/layout.ts';
import { readLines, type LineBlock } from '../lake/text/csv-lines.ts';
import { decodeText, decodeTextAs } from '../lake/text/text-coding.ts';
import type { DeclaredFeed } from './declare/feeds.ts';
import { isUtf8Label } from './format/encodings.ts';
import { filesBelow, filesOfTemplate } from './layout/template-files.client.ts';
import { jsonPart } from './mapping/json-blocks.ts';
import { mappedPart, type SourcePart } from './mapping/mapped-part.ts';

const WHY = {
  noFile: 'no file has a path of this form',
  elsewhere: 'hub.config.yaml declares another place for the feed',
  noFeed: 'no feed of hub.config.yaml has a path of this form',
};

/**
 * A lake on disk in which some feeds lie in a form of their own, as the configuration declares: they are read as if they were of hub's form.
 * All others are those of the lake itself.
 * @param root its folder
 */
export function feedLake(lake: Lake, root: string, feeds: readonly DeclaredFeed[]): Lake {
  const declared = new Map(feeds.map((feed) => [`${feed.entity.feed}/${feed.entity.name}/${feed.brand}`, feed]));
  const feedOf = ({ source, entity, brand }: LakeFeed): DeclaredFeed | undefined => declared.get(`${source}/${entity}/${brand}`);
  return {
    location: lake.location,
    async listFeed(feed, range, signal) {
      const own = feedOf(feed);
      const hidden = await lake.listFeed(feed, range, signal);
      return own === undefined ? hidden : listDeclared(root, feed, own, range, hidden);
    },
    async listUnknown(known, signal) {
      return [...(await lake.listUnknown(known, signal)), ...(await unreadFiles(root, feeds, known))];
    },
    describe: async (batch) => (feedOf(batch.feed) === undefined ? ((await lake.describe?.(batch)) ?? batch) : batch),
    readBatch(batch, options) {
      const own = feedOf(batch.feed);
      if (own === undefined) return lake.readBatch(batch, options);
      const statistics: ReadStatistics = { files: 0, bytesScanned: 0 };
      return { statistics, parts: readParts(root, own, batch, statistics, options.signal), expectedRows: () => Promise.resolve(undefined) };
    },
    check: (signal) => lake.check(signal),
    close: () => lake.close(),
  };
}

/** Batches of the feed's own path; what lies under hub's own is not read, and said so. */
async function listDeclared(root: string, feed: LakeFeed, { template, words, isSnapshot }: DeclaredFeed, range: BatchRange, hidden: FeedListing): Promise<FeedListing> {
  const files = await filesOfTemplate(root, template, words);
  const within = [...groupBy(files, ({ batch }) => batch)].filter(([batch]) => batch >= (range.from ?? '') && batch < range.until);
  const batches = within.map(([batch, own]): LakeBatch => ({
    feed,
    batch,
    partitions: own.map(({ place }) => place),
    files: own.length,
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    fingerprint: fingerprintOf(own),
    ...(isSnapshot ? { isSnapshot } : {}),
  }));
  const none = files.length === 0 ? [{ place: shownName(template.text.replaceAll('{entity}', words.entity).replaceAll('{brand}', words.brand)), why: WHY.noFile }] : [];
  const elsewhere = hidden.batches.map(({ batch }) => ({ place: `${feed.source}/${feed.entity}/brand=${feed.brand}/batch=${batch}`, why: WHY.elsewhere }));
  return { batches: batches.sort((a, b) => (a.batch < b.batch ? -1 : 1)), unread: [...none, ...elsewhere] };
}

/** Files below the folders of the feeds that are of none of them. Folders of hub's own sources have their own listing. */
async function unreadFiles(root: string, feeds: readonly DeclaredFeed[], { entities }: KnownFeeds): Promise<UnreadPlace[]> {
  const roots = [...new Map(feeds.map(({ template }) => [template.root.join('/'), template.root])).values()];
  const outermost = roots.filter((folder) => !roots.some((other) => other.length < folder.length && other.every((name, index) => name === folder[index])));
  const read = new Set((await Promise.all(feeds.map(({ template, words }) => filesOfTemplate(root, template, words)))).flat().map(({ place }) => place));
  const found = (await Promise.all(outermost.map((folder) => filesBelow(root, folder)))).flat();
  const others = found.filter((place) => !read.has(place) && !Object.hasOwn(entities, place.split('/')[0] ?? ''));
  return [...new Set(others)].map((place) => ({ place: shownName(place), why: WHY.noFeed }));
}

async function* readParts(root: string, feed: DeclaredFeed, { partitions = [] }: LakeBatch, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<LakePart> {
  for (const place of partitions) {
    statistics.files++;
    for await (const part of sourceParts(feed, place, linesOf(feed, join(root, place), statistics, signal))) yield mappedPart(part, feed);
  }
}

function linesOf({ file: { encoding } }: DeclaredFeed, file: string, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<LineBlock> {
  const bytes = openBytes(file, statistics, signal);
  return readLines(isUtf8Label(encoding) ? decodeText(bytes, file) : decodeTextAs(bytes, encoding, file));
}

function sourceParts({ file, columns, rows }: DeclaredFeed, name: string, lines: AsyncGenerator<LineBlock>): AsyncIterable<SourcePart> {
  if (file.kind === 'csv') return csvPart(name, lines, file);
  const named = [...columns.values()].flatMap(({ from, currency_from: currency }) => [...[from ?? []].flat(), ...(currency === undefined ? [] : [currency])]);
  return jsonPart(name, lines, { paths: [...new Set([...named, ...Object.keys({ ...rows.only, ...rows.except })])], each: rows.each });
}
