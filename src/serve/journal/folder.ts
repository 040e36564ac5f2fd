import { openSync, readSync, closeSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { HubError, codeOf } from '../../core/errors.ts';
import { makeFolders } from '../../core/folders.client.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import { holdFile, type ProcessLock } from '../../db/process-lock.ts';
import { readJournal } from './framing.ts';
import type { ClosedSegment } from './open-segment.ts';
import { numberOf, readOpening, segmentFile, WRITER } from './segment.ts';

/** Of the last segment that was opened: its number and second are never used again. */
export const LAST_FILE = 'last.json';

const LOCK_FILE = 'lock.sqlite';
/** More than an opening record has. */
const OPENING_BYTES = 512;

/** A writer's folder that this process holds. */
export interface HeldFolder {
  readonly folder: string;
  readonly lock: ProcessLock;
  /** Segments of before, in their order; nobody appends to them any more. */
  readonly segments: readonly ClosedSegment[];
  readonly last: { readonly number: number; readonly openedAt?: Instant };
}

/**
 * Takes the folder of a writer for this process; it is made if it is missing.
 * @throws HubError locked if another process writes there; configuration if it cannot be made or written
 */
export function holdFolder(journal: string, writer: string): HeldFolder {
  const folder = join(journal, writer);
  const lock = usable(journal, () => {
    makeFolders(folder, 0o700);
    return holdFile(join(folder, LOCK_FILE), `The journal of writer ${writer}`);
  });
  try {
    const segments = segmentsIn(folder);
    return { folder, lock, segments, last: lastOf(folder, segments) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The folders of writers in a journal, by name. */
export function writersIn(journal: string): string[] {
  return readdirSync(journal, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && WRITER.test(entry.name) ? [entry.name] : [])).sort();
}

/** The segments of a writer's folder, in their order. */
export function segmentsIn(folder: string): ClosedSegment[] {
  const numbers = readdirSync(folder).flatMap((name) => (numberOf(name)?.kind === 'journal' ? [numberOf(name)?.number ?? 0] : []));
  return numbers.sort((a, b) => a - b).map((number) => ({ number, file: segmentFile(folder, number) }));
}

function usable<T>(journal: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new HubError('configuration', 'journal_unusable', `The journal in ${journal} cannot be written (${codeOf(cause) ?? 'unknown'}).`, {
      context: { code: codeOf(cause) },
      nextStep: 'Check its permissions and its disk, or name another folder with HUB_JOURNAL.',
      cause,
    });
  }
}

/** The newest of what is noted and what lies there: a note may be missing, a published segment is gone. */
function lastOf(folder: string, segments: readonly ClosedSegment[]): HeldFolder['last'] {
  const kept = readdirSync(folder).map((name) => numberOf(name)?.number ?? 0);
  const noted = notedLast(folder);
  const newest = segments.at(-1);
  const instants = [noted.openedAt, newest === undefined ? undefined : openedAt(newest.file)].filter((instant) => instant !== undefined).sort();
  const number = Math.max(noted.number, ...kept);
  const latest = instants.at(-1);
  return latest === undefined ? { number } : { number, openedAt: latest };
}

function notedLast(folder: string): HeldFolder['last'] {
  try {
    const { number, opened_at: opened } = JSON.parse(readFileSync(join(folder, LAST_FILE), 'utf8')) as { number?: unknown; opened_at?: unknown };
    const instant = typeof opened === 'string' ? parseInstant(opened) : undefined;
    return { number: Number.isSafeInteger(number) ? (number as number) : 0, ...(instant === undefined ? {} : { openedAt: instant }) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return { number: 0 };
    throw error;
  }
}

function openedAt(file: string): Instant | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(OPENING_BYTES);
    const [first] = readJournal(bytes.subarray(0, readSync(descriptor, bytes)));
    return first?.kind === 'record' ? readOpening(first.value)?.openedAt : undefined;
  } finally {
    closeSync(descriptor);
  }
}
