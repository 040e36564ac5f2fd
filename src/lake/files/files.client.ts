import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readLines } from '../text/csv-lines.ts';
import { openBytes, unreadableFile } from './file-bytes.client.ts';
import { filesOf, listFeed, listUnknown, requireLake } from './file-listing.client.ts';
import { csvPart } from '../port/csv-part.ts';
import type { ExpectedRows, Lake, LakeBatch, LakePart, ReadStatistics } from '../port/lake.ts';
import { MANIFEST } from '../port/layout.ts';
import { parseManifest } from '../port/manifest.ts';
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
    yield* csvPart(name, readLines(decodeText(openBytes(join(root, place), statistics, signal), join(root, place))));
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
