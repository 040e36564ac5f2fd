import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HubError } from '../../core/errors.ts';
import { readLines, type LineBlock } from '../text/csv-lines.ts';
import { fieldsOf } from '../text/csv-fields.ts';
import { RecordFramer } from '../text/csv-records.ts';
import { openBytes, unreadableFile } from './file-bytes.client.ts';
import { filesOf, listFeed, listUnknown, requireLake } from './file-listing.client.ts';
import type { ExpectedRows, Lake, LakeBatch, LakePart, ReadStatistics } from '../port/lake.ts';
import type { RecordBlock } from '../text/record-lines.ts';
import { MANIFEST } from '../port/layout.ts';
import { endOfContent } from '../text/line-ends.ts';
import { MAX_RECORD_BYTES } from '../text/long-line.ts';
import { parseManifest } from '../port/manifest.ts';
import { isBlank } from '../text/record.ts';
import { decodeText } from '../text/text-coding.ts';

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
    check: async () => ({ detail: `${(await requireLake(root)).entries} entries` }),
    close: () => Promise.resolve(),
  };
}

async function* readParts(root: string, batch: LakeBatch, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<LakePart> {
  for (const { name, place } of await filesOf(root, batch, 'data')) {
    statistics.files++;
    yield* readPart(name, readLines(decodeText(openBytes(join(root, place), statistics, signal), join(root, place))));
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
