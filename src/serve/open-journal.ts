import type { HubError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';
import { watchFreeSpace, type FreeSpace } from './free-space.ts';
import { fileSystem } from './journal/disk.ts';
import { holdFolder } from './journal/folder.ts';
import type { Durability, JournalWriter } from './journal/journal.ts';
import type { PublishThread } from './publish/publish-thread.ts';
import type { Published } from './publish/publish.ts';
import { segmentPublisher, type Publisher } from './publish/publisher.ts';
import { journalWriter } from './journal/writer.ts';

export interface OpenJournalOptions {
  /** The folder of all writers. */
  readonly journal: string;
  readonly writer: string;
  readonly durability: Durability;
  readonly rotateMs: number;
  readonly minFreeBytes: number;
  readonly clock: Clock;
  readonly thread: PublishThread;
  readonly published: (result: Published) => void;
  readonly trouble: (problem: HubError) => void;
  readonly fallback?: (records: readonly Buffer[]) => Promise<void>;
}

/** The journal of a process: the writer, what publishes behind it, and the disk below it. */
export interface OpenJournal {
  readonly writer: JournalWriter;
  readonly publisher: Publisher;
  readonly space: FreeSpace;
  /** Syncs, closes and publishes; what cannot be published before the signal stays for the next start. */
  close(cut: AbortSignal): Promise<void>;
}

const ROTATE_BYTES = 64 * 1024 * 1024;
const RETRY_MS = 1_000;

/**
 * Opens the journal of a writer for this process, and publishes what an earlier one left.
 * @throws HubError locked if another process has it; the system's error if it cannot be written
 */
export async function openJournal(options: OpenJournalOptions): Promise<OpenJournal> {
  const { folder, lock, segments, last } = holdFolder(options.journal, options.writer);
  const { thread, trouble, published } = options;
  const publisher = segmentPublisher({ publish: (segment) => thread.publish(segment), published, trouble, retryMs: RETRY_MS });
  const writer = journalWriter({
    ...{ folder, writer: options.writer, durability: options.durability, rotateBytes: ROTATE_BYTES, rotateMs: options.rotateMs },
    ...{ clock: options.clock, disk: fileSystem, last, trouble, closed: (segment) => publisher.add(segment) },
    ...(options.fallback === undefined ? {} : { fallback: options.fallback }),
  });
  const space = await watchFreeSpace(folder, options.minFreeBytes);
  for (const segment of segments) publisher.add(segment);
  return {
    ...{ writer, publisher, space },
    async close(cut) {
      await writer.close();
      await publisher.close(cut);
      await thread.close();
      space.stop();
      lock.release();
    },
  };
}
