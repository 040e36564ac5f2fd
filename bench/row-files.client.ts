import { closeSync, createReadStream, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { loadConfig } from '../src/config.ts';
import { HubError } from '../src/core/errors.ts';
import { batchOfInstant, systemClock } from '../src/core/time.ts';
import { openFileLake } from '../src/lake/files/files.client.ts';
import type { Lake, LakeBatch } from '../src/lake/port/lake.ts';
import type { Entity } from '../src/sources/contract/contract.ts';
import { newDrift } from '../src/raw/rows/drift.ts';
import { PartReader } from '../src/raw/read/part-reader.ts';
import { rowColumns, rowText } from '../src/raw/store/table-row.ts';
import { exceedsLimit, parseRejectLimit, type RejectLimit } from '../src/raw/quarantine/reject-limit.ts';
import type { RawRow } from '../src/raw/rows/row-parser.ts';

/** The rows of one brand's entity as lines of `LOAD DATA`, in the order of the lake's files. */
export interface RowFile {
  readonly file: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/** A run has one change number; any will do. */
const CHANGE_NO = 1;
const LINES_PER_WRITE = 5_000;

/**
 * Writes what an import would store of each row that it accepts: the same texts, hashes and system columns, but
 * neither sorted nor compared nor thinned out to the newest of each key.
 * @returns one file per brand and entity
 */
export async function writeRowFiles(lakeFolder: string, entities: readonly Entity[], into: string, root: string, signal: AbortSignal): Promise<RowFile[]> {
  mkdirSync(into, { recursive: true });
  const config = loadConfig({ workingDirectory: root, environment: {} });
  const limit = parseRejectLimit(config.imports.max_rejects);
  const lake = openFileLake(lakeFolder);
  const files: RowFile[] = [];
  for (const entity of entities) {
    for (const brand of config.brands) files.push(await writeRowFile(lake, entity, brand.id, into, limit, signal));
  }
  return files.filter(({ rows }) => rows > 0);
}

/** The lines of a row file, some thousand at a time. */
export async function* linesOf({ file }: RowFile): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
}

async function writeRowFile(
  lake: Lake,
  entity: Entity,
  brand: string,
  into: string,
  limit: RejectLimit,
  signal: AbortSignal,
): Promise<RowFile> {
  const file = join(into, `${entity.table}.${brand}.tsv`);
  const descriptor = openSync(file, 'w');
  const out = { bytes: 0, rows: 0 };
  try {
    const feed = { source: entity.feed, entity: entity.name, brand };
    for (const batch of (await lake.listFeed(feed, { until: batchOfInstant(systemClock.now()) }, signal)).batches) {
      const start = { ...out };
      if (await writeBatch(lake, entity, batch, descriptor, out, limit, signal)) continue;
      ftruncateSync(descriptor, start.bytes);
      Object.assign(out, start);
    }
  } finally {
    closeSync(descriptor);
  }
  return { file, table: entity.table, columns: rowColumns(entity), rows: out.rows };
}

/** False if hub refuses the batch. */
async function writeBatch(
  lake: Lake,
  entity: Entity,
  batch: LakeBatch,
  descriptor: number,
  out: { bytes: number; rows: number },
  limit: RejectLimit,
  signal: AbortSignal,
): Promise<boolean> {
  let lines: string[] = [];
  let [accepted, rejected] = [0, 0];
  const flush = (): void => {
    if (lines.length > 0) out.bytes += writeSync(descriptor, `${lines.join('\n')}\n`, out.bytes);
    out.rows += lines.length;
    lines = [];
  };
  const sink = {
    row: (row: RawRow) => void lines.push(rowText(entity, batch.feed.brand, row, CHANGE_NO)),
    reject: () => rejected++,
    repair: () => undefined,
  };
  try {
    let nextRow = 1;
    for await (const part of lake.readBatch(batch, { signal, attempt: 1 }).parts) {
      if (part.header.length === 0) continue;
      const reader = new PartReader(entity, part, batch.batch, nextRow, newDrift(), sink, batch.feed.brand);
      for await (const block of part.blocks) {
        reader.read(block);
        if (lines.length < LINES_PER_WRITE) continue;
        accepted += lines.length;
        flush();
      }
      reader.end();
      nextRow = reader.nextRow;
    }
  } catch (error) {
    if (error instanceof HubError && error.kind === 'refused') return false;
    throw error;
  }
  accepted += lines.length;
  flush();
  return !exceedsLimit(limit, rejected, accepted + rejected);
}
