import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { ClosedSegment } from '../journal/open-segment.ts';
import type { Published } from './publish.ts';

/** The thread that publishes; it is started anew for the next segment after one that made it fail. */
export interface PublishThread {
  publish(segment: ClosedSegment): Promise<Published>;
  close(): Promise<void>;
}

interface Answer {
  readonly published?: Published;
  readonly problem?: { readonly message: string; readonly code?: string };
}

export function publishThread(url: string): PublishThread {
  let worker: Worker | undefined;
  return {
    async publish(segment) {
      worker ??= new Worker(new URL('publish-worker.js', import.meta.url), { workerData: { url } });
      const asked = worker;
      const answered = Promise.race([once(asked, 'message'), once(asked, 'exit').then(() => [{ problem: { message: 'the thread ended' } }])]) as Promise<[Answer]>;
      asked.postMessage({ number: segment.number, file: segment.file });
      try {
        const [{ published, problem }] = await answered;
        if (published !== undefined) return published;
        throw Object.assign(new Error(problem?.message), { code: problem?.code });
      } catch (error) {
        worker = undefined;
        await asked.terminate();
        throw error;
      }
    },
    async close() {
      await worker?.terminate();
    },
  };
}
