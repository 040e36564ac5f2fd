import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { codeOf } from '../../core/errors.ts';
import { toIso } from '../../core/time.ts';
import { LAST_FILE } from './folder.ts';
import { diskProblem, unavailable, type JournalOptions, type JournalWriter } from './journal.ts';
import { appendBytes, openingTime, openSegment, type OpenSegment } from './open-segment.ts';
import { takeBatch, type Waiting } from './waiting.ts';

const SYNC_EVERY_MS = 50;

/** The writer of a journal. Files are opened when the first record comes. */
export function journalWriter(options: JournalOptions): JournalWriter {
  const { folder, durability, disk } = options;
  const queue: Waiting[] = [];
  const retiring = new Set<Promise<void>>();
  let current: OpenSegment | undefined;
  let last = options.last;
  let draining: Promise<void> | undefined;
  let syncTimer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isWritable = true;
  let bytesWritten = 0;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      try {
        await store(batch.map(({ record }) => record));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    draining = undefined;
  }

  /** Once where it belongs, once more in a new segment, then the last resort. */
  async function store(records: readonly Buffer[]): Promise<void> {
    const bytes = records.length === 1 && records[0] !== undefined ? records[0] : Buffer.concat(records);
    let cause: unknown;
    for (let tries = 0; tries < 2; tries++) {
      try {
        await write(await segmentFor(bytes.length), bytes, records);
        isWritable = true;
        return;
      } catch (error) {
        cause = error;
        options.trouble(diskProblem('journal_write_failed', 'A record could not be written to its segment', error));
      }
    }
    isWritable = false;
    if (options.fallback === undefined) throw unavailable(cause);
    await options.fallback(records).catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  async function write(segment: OpenSegment, bytes: Buffer, records: readonly Buffer[]): Promise<void> {
    const work = put(segment, bytes, records);
    segment.writing = work.catch(() => undefined);
    try {
      await work;
    } catch (error) {
      retire(segment);
      throw error;
    }
  }

  async function put(segment: OpenSegment, bytes: Buffer, records: readonly Buffer[]): Promise<void> {
    await appendBytes(segment, bytes);
    // A sync that failed meanwhile has taken up what was written before it; these records were not among that.
    if (segment.isBroken) throw new Error('The segment was given up while the record was written.');
    if (durability !== 'write') segment.unsynced.push(...records);
    if (durability === 'request') await syncOnce(segment);
    bytesWritten += bytes.length;
    segment.records += records.length;
    if (current !== segment) return;
    segment.rotation ??= setTimeout(retire, options.rotateMs, segment);
    if (durability === '50ms') syncTimer ??= syncLater(segment);
  }

  async function segmentFor(length: number): Promise<OpenSegment> {
    if (current !== undefined && (current.isBroken || (current.records > 0 && current.size + length > options.rotateBytes))) retire(current);
    return (current ??= await openNext());
  }

  async function openNext(): Promise<OpenSegment> {
    const { at, waitMs } = openingTime(options.clock, last.openedAt);
    if (waitMs > 0) await sleep(waitMs);
    const number = last.number + 1;
    const segment = await openSegment(disk, { folder, writer: options.writer, number }, at).catch((error: unknown) => {
      // A number that somebody has used is not tried again.
      if (codeOf(error) === 'EEXIST') last = { ...last, number };
      throw error;
    });
    last = { number, openedAt: at };
    await disk.replaceText(join(folder, LAST_FILE), JSON.stringify({ number, opened_at: toIso(at) })).catch((error: unknown) => {
      options.trouble(diskProblem('journal_note_failed', 'The number of the open segment could not be noted', error));
    });
    return segment;
  }

  /** Takes the segment out of use; what it may still lose goes into another one. */
  function retire(segment: OpenSegment): void {
    if (current === segment) current = undefined;
    clearTimeout(segment.rotation);
    if (segment.isRetired) return;
    segment.isRetired = true;
    const work = finish(segment).finally(() => retiring.delete(work));
    retiring.add(work);
  }

  async function finish(segment: OpenSegment): Promise<void> {
    await segment.writing;
    await segment.syncing;
    if (segment.unsynced.length > 0) await syncOnce(segment).catch(() => undefined);
    await segment.handle.close().catch((error: unknown) => {
      options.trouble(diskProblem('journal_close_failed', 'A segment could not be closed', error));
    });
    options.closed({ number: segment.number, file: segment.file });
  }

  function syncLater(segment: OpenSegment): NodeJS.Timeout {
    return setTimeout(() => void syncSoon(segment), SYNC_EVERY_MS);
  }

  async function syncSoon(segment: OpenSegment): Promise<void> {
    if (segment.unsynced.length > 0) {
      await syncOnce(segment).catch(() => {
        retire(segment);
      });
    }
    syncTimer = current !== undefined && current.unsynced.length > 0 ? syncLater(current) : undefined;
  }

  function syncOnce(segment: OpenSegment): Promise<void> {
    const work = sync(segment);
    segment.syncing = work.catch(() => undefined);
    return work;
  }

  /** A failed sync is never repeated on its file: the kernel would call clean what it has thrown away. */
  async function sync(segment: OpenSegment): Promise<void> {
    const covered = segment.unsynced.length;
    try {
      await segment.handle.datasync();
      if (segment.isNew) await disk.syncFolder(folder);
      segment.isNew = false;
      segment.unsynced.splice(0, covered);
    } catch (error) {
      segment.isBroken = true;
      options.trouble(diskProblem('journal_sync_failed', 'A segment could not be synced', error));
      const lost = segment.unsynced.splice(0);
      // In `request` the caller still holds them, and writes them again.
      if (durability === '50ms') rescue(lost);
      throw error;
    }
  }

  function rescue(records: readonly Buffer[]): void {
    for (const record of records) {
      enqueue(record).catch((error: unknown) => {
        options.trouble(diskProblem('journal_rescue_failed', 'A record that was answered is in memory of the system only', error));
      });
    }
  }

  function enqueue(record: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ record, resolve, reject });
      draining ??= drain();
    });
  }

  async function settled(): Promise<void> {
    while (draining !== undefined || retiring.size > 0) await Promise.all([draining, ...retiring]);
  }

  return {
    append: (record) => (isClosed ? Promise.reject(unavailable(undefined)) : enqueue(record)),
    async open() {
      current ??= await openNext();
    },
    async rotate() {
      await draining;
      if (current !== undefined) retire(current);
      await settled();
    },
    async close() {
      isClosed = true;
      while (current !== undefined || draining !== undefined || retiring.size > 0) {
        await draining;
        if (current !== undefined) retire(current);
        await settled();
      }
      clearTimeout(syncTimer);
    },
    get isWritable() {
      return isWritable;
    },
    get bytes() {
      return bytesWritten;
    },
    get unsynced() {
      return current?.unsynced.length ?? 0;
    },
  };
}
