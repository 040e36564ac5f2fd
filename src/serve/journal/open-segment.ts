import { addMillis, millisOf, type Clock, type Instant } from '../../core/time.ts';
import type { JournalDisk, JournalFile } from './disk.ts';
import { encodeRecord } from './framing.ts';
import { openingRecord, segmentFile } from './segment.ts';

const SECOND_MS = 1_000;

/** A segment that is closed and waits to be published. */
export interface ClosedSegment {
  readonly number: number;
  readonly file: string;
}

/** The segment that a writer appends to. */
export interface OpenSegment extends ClosedSegment {
  readonly handle: JournalFile;
  readonly openedAt: Instant;
  /** Bytes up to the end of the last record. */
  size: number;
  records: number;
  /** Records that are written and not known to be on the disk. */
  unsynced: Buffer[];
  /** False once the folder is synced too: a file whose name is not on the disk is lost with the machine. */
  isNew: boolean;
  /** True after a failed write or sync: nothing more goes into it. */
  isBroken: boolean;
  /** The write and the sync under way; nobody closes the file under them. */
  writing: Promise<unknown>;
  syncing: Promise<unknown>;
  /** True once it is being closed. */
  isRetired: boolean;
  rotation: NodeJS.Timeout | undefined;
}

export interface SegmentPlace {
  readonly folder: string;
  readonly writer: string;
  readonly number: number;
}

/**
 * Makes a segment with its opening record.
 * @throws the system's error; no file is left then
 */
export async function openSegment(disk: JournalDisk, { folder, writer, number }: SegmentPlace, openedAt: Instant): Promise<OpenSegment> {
  const file = segmentFile(folder, number);
  const handle = await disk.create(file);
  const opening = encodeRecord(openingRecord(writer, openedAt));
  const segment: OpenSegment = {
    ...{ number, file, handle, openedAt, size: 0, records: 0, unsynced: [], isNew: true, isBroken: false },
    ...{ writing: Promise.resolve(), syncing: Promise.resolve(), isRetired: false, rotation: undefined },
  };
  try {
    await appendBytes(segment, opening);
    return segment;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await disk.remove(file).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes whole records at the end of the segment. A failed or short write is undone, and breaks the segment.
 * @throws the system's error
 */
export async function appendBytes(segment: OpenSegment, bytes: Buffer): Promise<void> {
  try {
    const written = await segment.handle.write(bytes, segment.size);
    if (written !== bytes.length) throw shortWrite(written, bytes.length);
    segment.size += bytes.length;
  } catch (error) {
    segment.isBroken = true;
    // If this fails too, the reader meets a torn tail, or a record that stands again in the next segment.
    await segment.handle.truncate(segment.size).catch(() => undefined);
    throw error;
  }
}

/** The first whole second from now on in which a writer may open a segment, and how long it is until then. */
export function openingTime(clock: Clock, lastOpened: Instant | undefined): { readonly at: Instant; readonly waitMs: number } {
  const now = clock.now();
  const second = wholeSecond(now);
  if (lastOpened === undefined || second > lastOpened) return { at: second, waitMs: 0 };
  const at = addMillis(lastOpened, SECOND_MS);
  // A clock that was set back must not stop the journal: the name is what has to be its own.
  return { at, waitMs: Math.min(SECOND_MS, millisOf(at) - millisOf(now)) };
}

function wholeSecond(instant: Instant): Instant {
  return `${instant.slice(0, 19)}.000000` as Instant;
}

function shortWrite(written: number, wanted: number): Error {
  return Object.assign(new Error(`Only ${written} of ${wanted} bytes were written.`), { code: 'ENOSPC' });
}
