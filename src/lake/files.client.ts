import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readLines, type LineBlock } from './csv-lines.ts';
import { fieldsOf } from './csv-fields.ts';
import { RecordFramer } from './csv-records.ts';
import { openBytes, unreadableFile } from './file-bytes.client.ts';
import { filesOf, listFeed, listUnknown, requireLake } from './file-listing.client.ts';
import type { ExpectedRows, Lake, LakeBatch, LakePart, ReadStatistics, RecordBlock } from './lake.ts';
import { MANIFEST } from './layout.ts';
import { parseManifest } from './manifest.ts';

const LF = 0x0a;
const CR = 0x0d;

/** A lake of CSV files on disk in Hive partitions (billing specification, "Lake layout"). */
export function openFileLake(root: string): Lake {
  return {
    location: `file:${root}`,
    listFeed: (feed, range) => listFeed(root, feed, range),
    listUnknown: (known) => listUnknown(root, known),
    readBatch(batch, { signal }) {
      const statistics: ReadStatistics = { files: 0, bytesScanned: 0 };
      return { statistics, parts: readParts(root, batch, statistics, signal), expectedRows: () => expectedRows(root, batch) };
    },
    check: async () => ({ detail: `${(await requireLake(root)).length} entries` }),
    close: () => Promise.resolve(),
  };
}

async function* readParts(root: string, batch: LakeBatch, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<LakePart> {
  for (const { name, place } of await filesOf(root, batch, 'data')) {
    statistics.files++;
    yield* readPart(name, readLines(openBytes(join(root, place), statistics, signal)));
  }
}

async function expectedRows(root: string, batch: LakeBatch): Promise<ExpectedRows | undefined> {
  const manifests = await filesOf(root, batch, 'manifest');
  if (manifests.length === 0) return undefined;
  const expected = new Map<string, number>();
  for (const { name, place } of manifests) {
    // Files of a folder are named as the manifest beside them is.
    const folder = name.slice(0, -MANIFEST.length);
    for (const [file, rows] of parseManifest(await readText(join(root, place)), place)) expected.set(`${folder}${file}`, rows);
  }
  return expected;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}

/** Reads the header, the first line that is not blank, then hands out the part; its blocks must be read before the next part. */
async function* readPart(name: string, lines: AsyncGenerator<LineBlock>): AsyncGenerator<LakePart> {
  let header: string[] = [];
  let headerLine = 1;
  let first: LineBlock | undefined;
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const { bytes } = next.value;
    const blank = blankLines(bytes);
    headerLine += blank.count;
    if (blank.end === bytes.length) continue;
    const newline = bytes.indexOf(LF, blank.end);
    const end = newline === -1 ? bytes.length : newline;
    header = fieldsOf(bytes.toString('utf8', blank.end, end).replace(/\r$/, ''));
    first = { ...next.value, bytes: bytes.subarray(end + 1) };
    break;
  }
  const blocks = readBlocks(new RecordFramer(header.length, headerLine + 1), first, lines);
  try {
    yield { name, header, ragged: true, blocks };
  } finally {
    await lines.return(undefined);
  }
}

/** The lines at the start that hold nothing, and where they end. */
function blankLines(bytes: Buffer): { count: number; end: number } {
  let count = 0;
  let end = 0;
  for (let at = 0; bytes[at] === CR || bytes[at] === LF; at++) {
    if (bytes[at] !== LF) continue;
    count++;
    end = at + 1;
  }
  return { count, end };
}

async function* readBlocks(framer: RecordFramer, first: LineBlock | undefined, rest: AsyncIterable<LineBlock>): AsyncGenerator<RecordBlock> {
  if (first !== undefined && first.bytes.length > 0) yield* framer.push(first);
  for await (const block of rest) yield* framer.push(block);
  yield framer.end();
}
