import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { AdReportSettings } from './ad-report-server.ts';
import type { PageServerCounts, PageServerSettings } from './page-server.ts';

/** A server that gives reports of advertisements. */
export interface ReportServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A server that gives pages of records. */
export interface PageServer extends ReportServer {
  /** Since it was last asked. */
  counts(): Promise<PageServerCounts>;
}

/** Starts it in a process of its own. */
export async function startPageServer(settings: PageServerSettings): Promise<PageServer> {
  const { child, ...server } = await startServer('page-server.js', settings);
  return {
    ...server,
    async counts() {
      const [counts] = await asked<PageServerCounts>(child, 'counts');
      return counts;
    },
  };
}

/** Starts it in a process of its own. */
export function startAdReportServer(settings: AdReportSettings): Promise<ReportServer> {
  return startServer('ad-report-server.js', settings);
}

async function startServer(file: string, settings: object): Promise<ReportServer & { readonly child: ChildProcess }> {
  const child = fork(new URL(`./${file}`, import.meta.url));
  const [{ port }] = await asked<{ port: number }>(child, settings);
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    async close() {
      // Ctrl-C ends it, too: nothing would tell of an end that was.
      if (child.exitCode !== null || child.signalCode !== null) return;
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
