import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that takes relays, or leaves them without an answer. */
export interface BenchReceiver {
  readonly url: string;
  /** Counts from here. */
  reset(): void;
  /** Requests since the reset, and the seconds from the first to the last. */
  measured(): { readonly requests: number; readonly seconds: number };
  close(): Promise<void>;
}

/** Starts it on a free port. Paths that begin with /dead are never answered. */
export async function startBenchReceiver(): Promise<BenchReceiver> {
  let requests = 0;
  let first = 0;
  let last = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith('/dead') === true) return;
    request.on('end', () => {
      if (requests++ === 0) first = performance.now();
      last = performance.now();
      response.end('OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reset() {
      requests = 0;
    },
    measured: () => ({ requests, seconds: (last - first) / 1_000 }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
