import { open, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

import { HubError, codeOf } from '../../core/errors.ts';
import { ERASED } from '../../raw/erasure/erased-text.ts';
import { eraseRecord } from '../erased-record.ts';
import { folderSource } from './folder-source.client.ts';
import { linesOfPart, type IntakeSource } from './intake-source.ts';

/** What an erasure found in the parts of the intake. */
export interface ErasedParts {
  /** Records that lost their content or an address. */
  readonly records: number;
  /** Parts that cannot be read, so that nobody knows whom they name. */
  readonly unreadable: readonly string[];
}

export interface EraseIntakeOptions {
  /** True for the SHA-256 of an erased address. */
  readonly isErased: (emailSha256: string) => boolean;
  readonly signal: AbortSignal;
  /** False: only counts. */
  readonly write: boolean;
}

const PART = /(?:^|\/)brand=[^/]+\/batch=[^/]+\/part-\d+\.ndjson\.gz$/;
/** Lines that go to the compressor at once. */
const LINES_AT_ONCE = 256;

/** The intake in a folder, whose parts can be rewritten. */
export function erasableFolder(root: string): IntakeSource {
  return { ...folderSource(root), erase: ({ place }, isErased, signal) => erasePart(place, { isErased, signal, write: true }) };
}

/** Takes erased persons out of all parts of an intake; as many lines stay as there were. */
export async function eraseIntake(folder: string, options: EraseIntakeOptions): Promise<ErasedParts> {
  let records = 0;
  const unreadable: string[] = [];
  for (const part of await partsIn(folder)) {
    try {
      records += await erasePart(part, options);
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
      unreadable.push(part);
    }
  }
  return { records, unreadable };
}

/**
 * Takes erased persons out of one part: it is written beside, synced and renamed, so a reader has the one or the other.
 * Gives how many records changed.
 * @throws HubError refused if it cannot be read, interrupted at the signal
 */
async function erasePart(part: string, { isErased, signal, write }: EraseIntakeOptions): Promise<number> {
  let changed = 0;
  for await (const line of linesOf(part, signal)) if ('text' in line && eraseRecord(line.text, isErased) !== undefined) changed++;
  if (changed === 0 || !write) return changed;
  const beside = join(dirname(part), `.${basename(part)}.erasing`);
  const handle = await open(beside, 'w', 0o600);
  try {
    for await (const bytes of Readable.from(erasedLines(part, isErased, signal)).pipe(createGzip())) await handle.writeFile(bytes as Buffer);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, part);
  return changed;
}

async function* erasedLines(part: string, isErased: (hash: string) => boolean, signal: AbortSignal): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const line of linesOf(part, signal)) {
    // One that is no text or too long is no record of the server; the import rejects it as before.
    const text = 'text' in line ? line.text : ERASED;
    lines.push(`${eraseRecord(text, isErased)?.body ?? text}\n`);
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

function linesOf(part: string, signal: AbortSignal): ReturnType<typeof linesOfPart> {
  return linesOfPart(folderSource(dirname(part)), { name: basename(part), place: part, bytes: 0 }, signal);
}

/** Absolute paths of all parts, of every kind and brand. */
async function partsIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => PART.test(name)).sort().map((name) => join(folder, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
