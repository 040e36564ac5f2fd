import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

/** How long each step of an orderly end takes at most, in milliseconds (serve specification, "Running"). */
export interface DrainTimes {
  /** As before, while /readyz says 503 already: until then requests still come. */
  readonly asBefore: number;
  /** For what is open when nobody is let in any more. */
  readonly open: number;
}

const LOOK_MS = 25;

/**
 * Ends a listener in order: goes on as before for a while, lets nobody in any more, answers what comes on open
 * connections, and cuts those that are left.
 * @param stillness ends the waiting at once when it is aborted
 */
export async function drainListener(app: FastifyInstance, times: DrainTimes, stillness: AbortSignal, stopping: () => void): Promise<void> {
  await pause(times.asBefore, stillness);
  stopping();
  // http.Server.close would also cut connections that are idle now, and a lead that is on its way on one of them.
  if (app.server.listening) Server.prototype.close.call(app.server);
  for (let waited = 0; waited < times.open && !stillness.aborted; waited += LOOK_MS) {
    if ((await connectionsOf(app)) === 0) break;
    await pause(LOOK_MS, stillness);
  }
  app.server.closeAllConnections();
  await app.close();
}

function connectionsOf(app: FastifyInstance): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
