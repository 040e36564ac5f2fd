import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HubError, codeOf, messageOf } from '../../core/errors.ts';
import { linesOf, type TextLine } from '../../core/text/text-lines.ts';
import { parseBatchId, type BatchId } from '../../core/time.ts';

/** A batch of the intake: what one segment of a journal held for a brand. */
export interface IntakeBatch {
  readonly batch: BatchId;
  /** Absolute paths of its parts, in their order. */
  readonly parts: readonly string[];
  readonly bytes: number;
}

/** The server takes records of 8 MiB at most. */
const LONGEST_LINE = 9 * 1024 * 1024;
const PART = /^part-\d+\.ndjson\.gz$/;

/** The batches of a kind and brand, ascending; none where nothing was published yet. */
export async function listIntake(folder: string, kind: string, brand: string): Promise<BatchId[]> {
  return (await entriesOf(join(folder, kind, `brand=${brand}`))).flatMap((name) => batchNamed(name) ?? []).sort();
}

/** A listed batch; undefined if no part of it is there. */
export async function findBatch(folder: string, kind: string, brand: string, batch: BatchId): Promise<IntakeBatch | undefined> {
  const place = placeOf(folder, kind, brand, batch);
  const parts = (await entriesOf(place)).filter((part) => PART.test(part)).sort().map((part) => join(place, part));
  const sizes = await Promise.all(parts.map(async (part) => (await stat(part)).size));
  return parts.length === 0 ? undefined : { batch, parts, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * The lines of a part.
 * @throws HubError refused (unreadable_file) if it is cut off or damaged, interrupted at the signal
 */
export async function* linesOfPart(part: string, signal: AbortSignal): AsyncGenerator<TextLine> {
  const input = addAbortSignal(signal, createReadStream(part));
  const plain = createGunzip();
  input.on('error', (error) => plain.destroy(error));
  try {
    yield* linesOf(input.pipe(plain) as AsyncIterable<Buffer>, LONGEST_LINE);
  } catch (cause) {
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading the intake was interrupted.', { cause });
    throw new HubError('refused', 'unreadable_file', `${part} cannot be read: ${messageOf(cause)}.`, { context: { file: part }, nextStep: 'Publish the segment again, or restore the file.', cause });
  } finally {
    input.destroy();
    plain.destroy();
  }
}

/** The batches that lie in an intake, by kind and brand, whatever is in them. */
export async function batchesIn(folder: string): Promise<{ readonly entity: string; readonly brand: string; readonly batches: readonly BatchId[] }[]> {
  const kinds = await Promise.all((await entriesOf(folder)).sort().map(async (entity) => ({ entity, places: await entriesOf(join(folder, entity)) })));
  const feeds = kinds.flatMap(({ entity, places }) => places.sort().flatMap((place) => (place.startsWith('brand=') ? [{ entity, brand: place.slice('brand='.length) }] : [])));
  return Promise.all(feeds.map(async ({ entity, brand }) => ({ entity, brand, batches: await listIntake(folder, entity, brand) })));
}

/** Removes a batch with all its files; gives how many there are. */
export async function removeBatch(folder: string, entity: string, brand: string, batch: BatchId, dryRun: boolean): Promise<number> {
  const place = placeOf(folder, entity, brand, batch);
  const files = await entriesOf(place);
  if (!dryRun) await rm(place, { recursive: true, force: true });
  return files.length;
}

function placeOf(folder: string, kind: string, brand: string, batch: BatchId): string {
  return join(folder, kind, `brand=${brand}`, `batch=${batch}`);
}

function batchNamed(name: string): BatchId | undefined {
  return name.startsWith('batch=') ? parseBatchId(name.slice('batch='.length)) : undefined;
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
}
