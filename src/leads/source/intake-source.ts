import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

import { HubError, messageOf } from '../../core/errors.ts';
import { groupBy } from '../../core/group-by.ts';
import { linesOf, type TextLine } from '../../core/text/text-lines.ts';
import { parseBatchId, type BatchId } from '../../core/time.ts';

/** A file of the intake. */
export interface IntakeFile {
  /** Its name within the batch. */
  readonly name: string;
  /** Path or key, as it stands in messages. */
  readonly place: string;
  readonly bytes: number;
}

/** A batch of the intake: what one segment of a journal held for a brand. */
export interface IntakeBatch {
  readonly batch: BatchId;
  /** In their order. */
  readonly parts: readonly IntakeFile[];
  /** Notes of the publisher that ranges of the segment were no records. */
  readonly damage: readonly IntakeFile[];
  readonly bytes: number;
}

/** Where the server publishes to, for reading: HUB_INTAKE_URL. */
export interface IntakeSource {
  /**
   * The batches of a kind and brand, ascending; none where nothing was published yet.
   * @param from the first that is of interest; undefined: all
   */
  list(kind: string, brand: string, from: BatchId | undefined, signal: AbortSignal): Promise<IntakeBatch[]>;
  /** The bytes of a file. */
  open(file: IntakeFile, signal: AbortSignal): Promise<Readable>;
  /** Takes erased persons out of a part; gives how many records changed. Undefined where nothing can be rewritten. */
  erase?(file: IntakeFile, isErased: (emailSha256: string) => boolean, signal: AbortSignal): Promise<number>;
  close(): void;
}

/** The server takes records of 8 MiB at most. */
const LONGEST_LINE = 9 * 1024 * 1024;
const FILE = /^batch=([^/]+)\/(part-\d+\.ndjson\.gz|_damage-\d+\.json)$/;

/** The batches that files make up. @param files with the rest of their path behind the brand: `batch=…/part-….ndjson.gz` */
export function batchesOf(files: readonly { readonly path: string; readonly place: string; readonly bytes: number }[], from: BatchId | undefined): IntakeBatch[] {
  const found = files.flatMap(({ path, place, bytes }) => {
    const [, batch = '', name = ''] = FILE.exec(path) ?? [];
    const id = parseBatchId(batch);
    return id === undefined || (from !== undefined && id < from) ? [] : [{ batch: id, file: { name, place, bytes } }];
  });
  const batches = [...groupBy(found, ({ batch }) => batch)].map(([batch, group]): IntakeBatch => {
    const all = group.map(({ file }) => file).sort((one, other) => (one.name < other.name ? -1 : 1));
    const parts = all.filter(({ name }) => name.startsWith('part-'));
    return { batch, parts, damage: all.filter(({ name }) => name.startsWith('_damage-')), bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return batches.filter(({ parts }) => parts.length > 0).sort((one, other) => (one.batch < other.batch ? -1 : 1));
}

/**
 * The lines of a part.
 * @throws HubError refused (unreadable_file) if it is cut off or damaged, interrupted at the signal
 */
export async function* linesOfPart(source: IntakeSource, part: IntakeFile, signal: AbortSignal): AsyncGenerator<TextLine> {
  const input = await source.open(part, signal);
  const plain = createGunzip();
  input.on('error', (error) => plain.destroy(error));
  try {
    yield* linesOf(input.pipe(plain) as AsyncIterable<Buffer>, LONGEST_LINE);
  } catch (cause) {
    throw readError(part, signal, cause);
  } finally {
    input.destroy();
    plain.destroy();
  }
}

/** What the publisher found in a segment that was no record. */
export interface Damage {
  readonly ranges: number;
  readonly bytes: number;
}

/** Reads a note on damage; one that says nothing readable counts as a range of unknown length. */
export async function readDamage(source: IntakeSource, file: IntakeFile, signal: AbortSignal): Promise<Damage> {
  const content = await text(await source.open(file, signal)).catch((cause: unknown) => {
    throw readError(file, signal, cause);
  });
  try {
    const { corrupt, corruptBytes } = Object(JSON.parse(content)) as { corrupt?: unknown; corruptBytes?: unknown };
    return { ranges: Number(corrupt) || 1, bytes: Number(corruptBytes) || 0 };
  } catch {
    return { ranges: 1, bytes: 0 };
  }
}

function readError({ place }: IntakeFile, signal: AbortSignal, cause: unknown): HubError {
  if (cause instanceof HubError) return cause;
  if (signal.aborted) return new HubError('interrupted', 'interrupted', 'Reading the intake was interrupted.', { cause });
  return new HubError('refused', 'unreadable_file', `${place} cannot be read: ${messageOf(cause)}.`, { context: { file: place }, nextStep: 'Publish the segment again, or restore the file.', cause });
}
