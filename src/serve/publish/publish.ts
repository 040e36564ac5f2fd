import { readFile, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';

import { HubError } from '../../core/errors.ts';
import type { ByteRange } from '../journal/framing.ts';
import type { IntakeStore } from './intake-store.ts';
import { readErasedFile } from '../knowledge/erased-file.ts';
import type { ClosedSegment } from '../journal/open-segment.ts';
import { batchOf, damagePath, partPath, segmentFile } from '../journal/segment.ts';
import { sortRecords } from './sort-records.ts';

/** What became of a segment. */
export interface Published {
  readonly number: number;
  readonly records: number;
  readonly parts: number;
  /** Ranges that are no records although records follow, and their bytes; kept as `<number>.corrupt`. */
  readonly corrupt: number;
  readonly corruptBytes: number;
  /** Bytes cut off at the end; kept as `<number>.torn`. */
  readonly tornBytes: number;
}

/** Lines that go to the compressor at once. */
const LINES_AT_ONCE = 256;

/**
 * Publishes a closed segment: one part for each kind and brand, whole or not at all, then what was damaged, and when all
 * is there the segment is deleted. Of the records of persons whom the writer's folder names as erased the ids are left. Doing it again after a crash gives the same bytes under the same names.
 * @throws HubError or the system's error if something could not be written; the segment stays then
 */
export async function publishSegment({ number, file }: ClosedSegment, store: IntakeStore): Promise<Published> {
  const bytes = await readFile(file);
  const { openedAt, groups, records, corrupt, torn } = sortRecords(bytes);
  const folder = dirname(file);
  const writer = basename(folder);
  const withoutErased = await eraser(readErasedFile(folder));
  const damage = { corrupt: corrupt.length, corruptBytes: lengthOf(corrupt), tornBytes: torn === undefined ? 0 : lengthOf([torn]) };
  if (groups.length > 0 && openedAt === undefined) throw undated(file);
  if (openedAt !== undefined) {
    const batch = batchOf(openedAt, writer);
    for (const { kind, brand, bodies } of groups) {
      await store.put(partPath(kind, brand, batch, number), await packed(bodies.map(withoutErased)));
      // The import has to end with 3: what is lost cannot be seen from what is there.
      if (corrupt.length > 0) await store.put(damagePath(kind, brand, batch, number), Buffer.from(JSON.stringify(damage)));
    }
  }
  if (corrupt.length > 0) await keep(segmentFile(folder, number, 'corrupt'), bytes, corrupt);
  if (torn !== undefined) await keep(segmentFile(folder, number, 'torn'), bytes, [torn]);
  await unlink(file);
  return { number, records, parts: groups.length, ...damage };
}

async function eraser(hashes: readonly string[]): Promise<(body: Buffer) => Buffer> {
  if (hashes.length === 0) return (body) => body;
  // Loaded only where somebody was erased: the tables of texts that it needs cost memory in the thread.
  const { eraseRecord } = await import('../../leads/erased-record.ts');
  const erased = new Set(hashes);
  return (body) => {
    const left = eraseRecord(body.toString('utf8'), (hash) => erased.has(hash))?.body;
    return left === undefined ? body : Buffer.from(left);
  };
}

/** The bytes depend on the records alone: no name and no time stands in them. */
async function packed(bodies: readonly Buffer[]): Promise<Buffer> {
  return buffer(Readable.from(linesOf(bodies)).pipe(createGzip()));
}

function* linesOf(bodies: readonly Buffer[]): Generator<Buffer> {
  const lineFeed = Buffer.from('\n');
  for (let at = 0; at < bodies.length; at += LINES_AT_ONCE) {
    yield Buffer.concat(bodies.slice(at, at + LINES_AT_ONCE).flatMap((body) => [body, lineFeed]));
  }
}

async function keep(file: string, bytes: Buffer, ranges: readonly ByteRange[]): Promise<void> {
  await writeFile(file, Buffer.concat(ranges.map(({ from, to }) => bytes.subarray(from, to))), { mode: 0o600, flush: true });
}

function lengthOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

function undated(file: string): HubError {
  return new HubError('refused', 'segment_undated', 'A segment has records, but neither an opening time nor one of receipt.', {
    context: { file },
    nextStep: 'hub did not write it: look at it with hub journal verify, and move it away.',
  });
}
