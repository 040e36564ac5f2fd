import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf, codeOf, HubError } from '../../core/errors.ts';
import type { JournalTrouble } from '../journal/journal.ts';
import type { ClosedSegment } from '../journal/open-segment.ts';
import type { Published } from './publish.ts';

export interface PublisherOptions {
  /** Publishes one segment; rejects if it stays. */
  readonly publish: (segment: ClosedSegment) => Promise<Published>;
  readonly published: (result: Published) => void;
  readonly trouble: JournalTrouble;
  /** How long the first try after a failure waits; it doubles with each, up to a minute. */
  readonly retryMs: number;
}

/** Publishes closed segments one after the other, in the background, until each is there. */
export interface Publisher {
  add(segment: ClosedSegment): void;
  /** Segments that wait. */
  readonly waiting: number;
  /** Resolves when nothing waits, or when the signal says that nobody has time any more: what is left stays for the next start. */
  close(signal: AbortSignal): Promise<void>;
}

const LONGEST_WAIT_MS = 60_000;

export function segmentPublisher({ publish, published, trouble, retryMs }: PublisherOptions): Publisher {
  const queue: ClosedSegment[] = [];
  const end = new AbortController();
  let working: Promise<void> | undefined;
  const isEnding = (): boolean => end.signal.aborted;

  async function work(): Promise<void> {
    for (let failures = 0; queue[0] !== undefined && !isEnding(); ) {
      try {
        published(await publish(queue[0]));
        queue.shift();
        failures = 0;
      } catch (cause) {
        if (isEnding()) break;
        trouble(unpublished(queue[0], cause));
        await sleep(Math.min(LONGEST_WAIT_MS, retryMs * 2 ** failures++), undefined, { signal: end.signal }).catch(() => undefined);
      }
    }
    working = undefined;
  }

  return {
    add(segment) {
      queue.push(segment);
      working ??= work();
    },
    get waiting() {
      return queue.length;
    },
    async close(signal) {
      const giveUp = (): void => end.abort();
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
      await working;
      signal.removeEventListener('abort', giveUp);
    },
  };
}

function unpublished(segment: ClosedSegment, cause: unknown): HubError {
  return new HubError('transient', 'segment_unpublished', `Segment ${segment.number} could not be published: ${messageOf(cause)}`, {
    context: { segment: segment.number, code: codeOf(cause) },
    nextStep: 'Nothing is lost: it is tried again. See whether the place of HUB_INTAKE_URL can be written.',
    cause,
  });
}
