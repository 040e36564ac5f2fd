import { HubError, codeOf } from '../../core/errors.ts';
import type { Clock, Instant } from '../../core/time.ts';
import type { JournalDisk } from './disk.ts';
import type { ClosedSegment } from './open-segment.ts';

/** What an answer of success promises of the record (serve specification, "Journal"). */
export const durabilities = ['write', '50ms', 'request'] as const;
export type Durability = (typeof durabilities)[number];

/** What the journal tells of itself; a code and a sentence, never a record. */
export type JournalTrouble = (problem: HubError) => void;

export interface JournalOptions {
  /** The folder of the writer; it is there, and held by this process. */
  readonly folder: string;
  readonly writer: string;
  readonly durability: Durability;
  /** A segment is closed when it is longer, or this long after its first record. */
  readonly rotateBytes: number;
  readonly rotateMs: number;
  readonly clock: Clock;
  readonly disk: JournalDisk;
  /** Number and opening of the last segment of before; 0 for none. */
  readonly last: { readonly number: number; readonly openedAt?: Instant };
  /** Told of each segment that is closed. */
  readonly closed: (segment: ClosedSegment) => void;
  readonly trouble: JournalTrouble;
  /** The last resort for records that no segment takes; rejects if it does not take them either. */
  readonly fallback?: (records: readonly Buffer[]) => Promise<void>;
}

/** Appends records; one process writes to a folder. */
export interface JournalWriter {
  /**
   * Resolves when the record is as safe as the durability says; records that come while others are written share a write.
   * @throws HubError transient `journal_unavailable` if it was stored nowhere
   */
  append(record: Buffer): Promise<void>;
  /** Opens a segment if none is open, so that a disk that takes none is known before the first record. */
  open(): Promise<void>;
  /** Closes the open segment, so that it is published. */
  rotate(): Promise<void>;
  /** Syncs and closes what is open; nothing may be appended afterwards. */
  close(): Promise<void>;
  /** False after a record that no segment took, until one takes a record again. */
  readonly isWritable: boolean;
  /** Bytes written since the start. */
  readonly bytes: number;
  /** Records that are written and not known to be on the disk. */
  readonly unsynced: number;
}

/** The error of a record that was stored nowhere. */
export function unavailable(cause: unknown): HubError {
  return new HubError('transient', 'journal_unavailable', 'The journal takes no record now.', {
    context: { code: codeOf(cause) },
    nextStep: 'See whether the disk of HUB_JOURNAL is full or failing; nothing was answered with success.',
    cause,
  });
}

/** What the file system refused, for the log. */
export function diskProblem(code: string, message: string, cause: unknown): HubError {
  return new HubError('transient', code, `${message} (${codeOf(cause) ?? 'unknown'}).`, { context: { code: codeOf(cause) }, cause });
}
