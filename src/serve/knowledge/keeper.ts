import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { knowledgeOf, nothingKnown, type Snapshot } from './snapshot.ts';
import type { Knowledge } from './knowledge.ts';
import { readSnapshot } from './snapshot-file.ts';

/** Keeps what the server knows up to date. */
export interface KnowledgeKeeper {
  readonly current: () => Knowledge;
  /** Whether the database answered last; undefined before the first answer. */
  readonly isReachable: () => boolean | undefined;
  close(): Promise<void>;
}

export interface KeeperOptions {
  /** Where the snapshot is kept between two starts. */
  readonly file: string;
  readonly databaseUrl: string;
  readonly brands: readonly string[];
  /** Told of the first failure after a success, not of each. */
  readonly trouble: (message: string) => void;
  /** Told when somebody was erased: what is journaled is to be published without them. */
  readonly erased: () => void;
}

/** What the thread is made with, and what it is asked. */
export type WorkerData = Pick<KeeperOptions, 'file' | 'databaseUrl' | 'brands'>;
export interface WorkerAnswer {
  /** Undefined if nothing has changed. */
  readonly snapshot?: Snapshot;
  /** True if somebody was erased since the last answer. */
  readonly erased?: boolean;
  readonly problem?: string;
}

const EVERY_MS = 5_000;

/** Begins with the snapshot of the last start, and asks the database for a newer one every 5 s, in a thread of its own. */
export function keepKnowledge(options: KeeperOptions): KnowledgeKeeper {
  const kept = readSnapshot(options.file);
  let knowledge = kept === undefined ? nothingKnown : knowledgeOf(kept);
  // Of other brands nothing is in it: everybody is read anew.
  let known = kept?.brands.join() === options.brands.join() ? kept.number : undefined;
  let isReachable: boolean | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const { file, databaseUrl, brands } = options;
  const worker = new Worker(new URL('knowledge-worker.js', import.meta.url), { workerData: { file, databaseUrl, brands } satisfies WorkerData });

  const failed = (problem: string): void => {
    if (isReachable !== false) options.trouble(problem);
    isReachable = false;
  };
  const ask = (): void => {
    if (!isClosed) worker.postMessage(known);
  };
  worker.on('message', ({ snapshot, erased, problem }: WorkerAnswer) => {
    if (snapshot !== undefined) {
      knowledge = knowledgeOf(snapshot);
      known = snapshot.number;
    }
    if (erased === true) options.erased();
    if (problem === undefined) isReachable = true;
    else failed(problem);
    timer = setTimeout(ask, EVERY_MS);
  });
  // The server goes on with what it knows.
  worker.on('error', (error) => {
    failed(error.message);
  });
  ask();
  return {
    current: () => knowledge,
    isReachable: () => isReachable,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await Promise.all([once(worker, 'exit').catch(() => undefined), worker.terminate()]);
      clearTimeout(timer);
    },
  };
}
