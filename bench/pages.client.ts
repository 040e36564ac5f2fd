import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { PageServerCounts, PageServerSettings } from './page-server.ts';

/** A server that gives pages of records. */
export interface PageServer {
  readonly url: string;
  /** Since it was last asked. */
  counts(): Promise<PageServerCounts>;
  close(): Promise<void>;
}

/** Starts it in a process of its own. */
export async function startPageServer(settings: PageServerSettings): Promise<PageServer> {
  const child = fork(new URL('./page-server.js', import.meta.url));
  const [{ port }] = await asked<{ port: number }>(child, settings);
  return {
    url: `http://127.0.0.1:${port}`,
    async counts() {
      const [counts] = await asked<PageServerCounts>(child, 'counts');
      return counts;
    },
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function asked<Answer>(child: ChildProcess, question: object | string): Promise<[Answer]> {
  const answer = once(child, 'message') as Promise<[Answer]>;
  child.send(question);
  return answer;
}
