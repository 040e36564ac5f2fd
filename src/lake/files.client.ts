import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HubError, codeOf } from '../core/errors.ts';
import { type BatchId, parseBatchId } from '../core/time.ts';
import { readLines, type LineBlock } from './csv-lines.ts';
import { fieldsOf } from './csv-fields.ts';
import { RecordFramer } from './csv-records.ts';
import { endOfContent } from './line-ends.ts';
import { MAX_RECORD_BYTES } from './long-line.ts';
import { isBlank } from './record.ts';
import { decodeText } from './text-coding.ts';
import type { Lake, LakeBatch, LakeFeed, LakePart, ReadStatistics, RecordBlock } from './lake.ts';

const READ_BYTES = 1 << 17;

/** A lake of CSV files on disk in Hive partitions (billing specification, "Lake layout"). */
export function openFileLake(root: string): Lake {
  return {
    location: `file:${root}`,
    listBatches: (feed, range) => listBatches(root, feed, range.from ?? '', range.until),
    readBatch(batch, { signal }) {
      const statistics: ReadStatistics = { files: 0, bytesScanned: 0 };
      return { statistics, parts: readParts(folderOf(root, batch), statistics, signal) };
    },
    async check() {
      const names = await readFolder(root);
      if (names === undefined) throw missingLake(root);
      return { detail: `${names.length} entries` };
    },
    close: () => Promise.resolve(),
  };
}

async function listBatches(root: string, feed: LakeFeed, from: string, until: string): Promise<LakeBatch[]> {
  if ((await readFolder(root)) === undefined) throw missingLake(root);
  const folder = join(root, feed.source, feed.entity, `brand=${feed.brand}`);
  const names = (await readFolder(folder)) ?? [];
  const batches = names
    .map((name) => parseBatchId(/^batch=(.+)$/.exec(name)?.[1] ?? ''))
    .filter((batch): batch is BatchId => batch !== undefined && batch >= from && batch < until)
    .sort();
  return Promise.all(
    batches.map(async (batch) => ({ feed, batch, bytes: await sizeOf(join(folder, `batch=${batch}`)) })),
  );
}

async function* readParts(folder: string, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<LakePart> {
  for (const name of await partNames(folder)) {
    const bytes = openBytes(join(folder, name), statistics, signal);
    statistics.files++;
    yield* readPart(name, readLines(decodeText(bytes, join(folder, name))));
  }
}

/** Reads the header, the first line that is not blank, then hands out the part; its blocks must be read before the next part. */
async function* readPart(name: string, lines: AsyncGenerator<LineBlock>): AsyncGenerator<LakePart> {
  let header: string[] = [];
  let headerLine = 0;
  let first: LineBlock | undefined;
  search: for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const { bytes, ends, fault } = next.value;
    if (fault === 'record_too_long') throw endlessHeader(name);
    for (let start = 0; start < bytes.length; ) {
      const end = ends.next(bytes, start);
      const line = bytes.toString('utf8', start, end);
      headerLine++;
      start = end;
      const fields = fieldsOf(line.slice(0, endOfContent(line)));
      if (isBlank(fields)) continue;
      header = fields;
      first = { ...next.value, bytes: bytes.subarray(end) };
      break search;
    }
  }
  const framer = new RecordFramer(header.length, headerLine + 1);
  const blocks = readBlocks(framer, first, lines);
  try {
    yield { name, header, ragged: true, blocks, setWidth: (width) => { framer.setWidth(width); } };
  } finally {
    await lines.return(undefined);
  }
}

function endlessHeader(file: string): HubError {
  return new HubError('refused', 'record_too_long', `The header of a file is longer than ${MAX_RECORD_BYTES} bytes.`, {
    context: { file, line: 1 },
    nextStep: 'Have the exporter write lines; nothing of this batch was stored.',
  });
}

async function* readBlocks(framer: RecordFramer, first: LineBlock | undefined, rest: AsyncIterable<LineBlock>): AsyncGenerator<RecordBlock> {
  if (first !== undefined && first.bytes.length > 0) yield* framer.push(first);
  for await (const block of rest) yield* framer.push(block);
  yield framer.end();
}

async function* openBytes(file: string, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<Buffer> {
  // A stream that is made with a signal of the past opens its file all the same, and never closes it.
  goOnUnlessInterrupted(signal);
  const source = createReadStream(file, { highWaterMark: READ_BYTES, signal });
  const before = statistics.bytesScanned;
  let stream: Readable = source;
  if (file.endsWith('.gz')) {
    const gunzip = createGunzip({ chunkSize: READ_BYTES });
    source.on('error', (error) => gunzip.destroy(error));
    stream = source.pipe(gunzip);
  }
  try {
    for await (const chunk of stream) {
      statistics.bytesScanned = before + source.bytesRead;
      yield chunk as Buffer;
    }
  } catch (cause) {
    goOnUnlessInterrupted(signal, cause);
    throw new HubError('refused', 'unreadable_file', 'A file of the batch cannot be read to its end.', {
      context: { file, code: codeOf(cause) },
      nextStep: 'Have the exporter write the file again; nothing of this batch was stored.',
      cause,
    });
  } finally {
    statistics.bytesScanned = before + source.bytesRead;
    source.destroy();
  }
}

function goOnUnlessInterrupted(signal: AbortSignal, cause?: unknown): void {
  if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading was interrupted.', { cause });
}

async function partNames(folder: string): Promise<string[]> {
  const names = (await readFolder(folder)) ?? [];
  return names.filter((name) => /^[^._].*\.csv(\.gz)?$/.test(name)).sort();
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = await Promise.all((await partNames(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function folderOf(root: string, { feed, batch }: LakeBatch): string {
  return join(root, feed.source, feed.entity, `brand=${feed.brand}`, `batch=${batch}`);
}

async function readFolder(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
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

function missingLake(root: string): HubError {
  return new HubError('configuration', 'lake_missing', `There is no lake at ${root}.`, {
    nextStep: 'Set HUB_LAKE_URL to file:<folder> or athena://<catalog>/<database>?…',
  });
}
