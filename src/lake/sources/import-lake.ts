import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HubError, messageOf } from '../../core/errors.ts';
import { startSha256 } from '../../core/hash.ts';
import { addDays, type BatchId, type LocalDate } from '../../core/time.ts';
import type { BatchRange, BatchReading, FeedListing, FeedOrigin, Lake, LakeBatch, LakePart, ReadStatistics } from '../port/lake.ts';
import type { LakeRecord } from '../text/record.ts';
import type { BatchManifest, ManifestPart } from './manifest.ts';
import { damagedBatch, encodeName, type BatchPlace } from './place.ts';
import type { SourceLake } from './source-lake.ts';

const LINE_FEED = 0x0a;
/** What a part of records has instead of a header: each is one field, the JSON text. */
const HEADER = ['record'];

/**
 * The source lake as imports read lakes: a batch is there with its manifest only, and is read as JSON records. What is found
 * in the lake is the manifests' word; that files are what they say shows at the end of each part.
 */
export function importLakeOf(lake: SourceLake): Lake {
  return {
    location: lake.location,
    async listFeed(feed, range): Promise<FeedListing> {
      const { platform, stream, account } = originOf(feed.origin);
      const batches = (await lake.batches({ platform, stream, account })).filter((batch) => isWithin(batch, range));
      return { batches: batches.map((batch) => ({ feed, batch })), unread: [] };
    },
    listUnknown: () => Promise.resolve([]),
    async describe(batch) {
      // What is wrong with it is told where it is read.
      const manifest = await manifestOf(lake, batch).catch((error: unknown) => undefinedIfRefused(error));
      return manifest === undefined ? batch : described(batch, manifest);
    },
    readBatch: (batch, { signal }) => readBatch(lake, batch, signal),
    check: async () => ({ detail: `${(await lake.feeds()).length} feeds` }),
    close: () => Promise.resolve(),
  };
}

/** The part of a feed's name that tells its account, as it stands before the names of its files. */
export function accountOfPart(part: string): string | undefined {
  const account = /^account=([^/]+)\//.exec(part)?.[1];
  return account === undefined ? undefined : decodeURIComponent(account);
}

function originOf(origin: FeedOrigin | undefined): FeedOrigin {
  if (origin !== undefined) return origin;
  throw new HubError('unexpected', 'feed_without_origin', 'A feed of the source lake names no account.');
}

function isWithin(batch: BatchId, { from, until }: BatchRange): boolean {
  return batch < until && (from === undefined || batch >= from);
}

function placeOf({ feed, batch }: LakeBatch): BatchPlace {
  return { ...originOf(feed.origin), batch };
}

function undefinedIfRefused(error: unknown): undefined {
  if (error instanceof HubError && error.kind === 'refused') return undefined;
  throw error;
}

/** What the manifest tells before the batch is read. */
function described(batch: LakeBatch, { parts, replaces, account, drift }: BatchManifest): LakeBatch {
  const states = replaces === null ? undefined : (replaces === 'all' ? [null] : daysOf(replaces)).map((day) => ({ account: [account], day }));
  return { ...batch, files: parts.length, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0), drift, ...(states === undefined ? {} : { states }) };
}

/** The days of a half-open range. */
function daysOf([from, to]: readonly [string, string]): LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = from as LocalDate; day < to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** @throws HubError refused (damaged_batch) if there is none any more, or it is of another brand */
async function manifestOf(lake: SourceLake, batch: LakeBatch): Promise<BatchManifest> {
  const place = placeOf(batch);
  const manifest = await lake.manifest(place);
  if (manifest === undefined) throw damagedBatch(place, 'its manifest is gone');
  if (manifest.brand === batch.feed.brand) return manifest;
  throw new HubError('refused', 'other_brand', `The batch was written for ${manifest.brand}, and the account belongs to ${batch.feed.brand} now.`, {
    context: { ...place },
    nextStep: 'An account never changes its brand: declare it under a new name in hub.config.yaml.',
  });
}

function readBatch(lake: SourceLake, batch: LakeBatch, signal: AbortSignal): BatchReading {
  const statistics: ReadStatistics = { files: 0, bytesScanned: 0 };
  return {
    statistics,
    expectedRows: () => Promise.resolve(undefined),
    parts: partsOf(lake, batch, statistics, signal),
  };
}

async function* partsOf(lake: SourceLake, batch: LakeBatch, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<LakePart> {
  const manifest = await manifestOf(lake, batch);
  const { platform, stream, account, key_properties: key } = manifest;
  for (const part of manifest.parts) {
    statistics.files++;
    yield {
      name: `account=${encodeName(account)}/${part.name}`,
      header: HEADER,
      ragged: false,
      records: { platform, stream, account, key },
      blocks: blocksOf(lake, manifest, part, statistics, signal),
    };
  }
}

async function* blocksOf(lake: SourceLake, manifest: BatchManifest, { name, records, sha256 }: ManifestPart, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<readonly LakeRecord[]> {
  const sum = startSha256();
  const source = await lake.openPart(manifest, name);
  const measured = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
      sum.update(chunk);
      statistics.bytesScanned += chunk.length;
      yield chunk;
    }
  };
  let line = 0;
  try {
    for await (const texts of linesIn(pipeline(measured, createGunzip(), () => undefined) as AsyncIterable<Buffer>)) {
      yield texts.map((raw) => ({ fields: [raw], raw, line: ++line }));
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw damagedBatch(manifest, `${name} cannot be read (${messageOf(cause)})`, cause);
  }
  if (sum.hex() !== sha256) throw damagedBatch(manifest, `${name} has another SHA-256 than its manifest says`);
  if (line !== records) throw damagedBatch(manifest, `${name} has ${line} records, and its manifest says ${records}`);
}

/** The lines of some bytes, those of each chunk together. */
async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = chunk.subarray(0, end);
    const lines = (rest.length === 0 ? whole : Buffer.concat([...rest, whole])).toString().split('\n');
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield lines;
  }
  if (rest.length > 0) yield [Buffer.concat(rest).toString()];
}
