import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
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
export async function listIntake(folder: string, kind: string, brand: string): Promise<IntakeBatch[]> {
  const place = join(folder, kind, `brand=${brand}`);
  const names = (await entriesOf(place)).flatMap((name) => {
    const batch = name.startsWith('batch=') ? parseBatchId(name.slice('batch='.length)) : undefined;
    return batch === undefined ? [] : [{ name, batch }];
  });
  const batches = await Promise.all(
    names.map(async ({ name, batch }): Promise<IntakeBatch> => {
      const parts = (await entriesOf(join(place, name))).filter((part) => PART.test(part)).sort().map((part) => join(place, name, part));
      const sizes = await Promise.all(parts.map(async (part) => (await stat(part)).size));
      return { batch, parts, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    }),
  );
  return batches.filter(({ parts }) => parts.length > 0).sort((one, other) => (one.batch < other.batch ? -1 : 1));
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

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
