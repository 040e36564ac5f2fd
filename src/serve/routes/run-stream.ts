import type { FastifyInstance, FastifyReply } from 'fastify';

import { holderOf } from '../http/keyed-routes.ts';
import { unavailable } from '../http/problem.ts';
import type { NumberedEvent, RunWatch } from '../runs/run-watch.ts';
import { shownRun } from '../runs/shown-run.ts';

const COMMENT_MS = 15_000;
/** Who leaves so much unread is not read for. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** `GET /v1/runs/stream`: what becomes of runs, as server-sent events (serve specification, "Health"). */
export function runStreamRoute(app: FastifyInstance, watch: RunWatch): void {
  app.get('/v1/runs/stream', { config: { needs: 'runs' } }, async (request, reply) => {
    const { brands } = holderOf(request);
    const last = String(request.headers['last-event-id'] ?? '');
    const waiting: string[] = [];
    let write = (text: string): void => void waiting.push(text);
    const tell = ({ number, kind, run }: NumberedEvent): void => {
      const shown = shownRun(run, { brands });
      if (shown !== undefined) write(`id: ${number}\nevent: ${kind}\ndata: ${JSON.stringify(shown)}\n\n`);
    };
    const end = await watch.listen(/^\d{1,15}$/.test(last) ? Number(last) : undefined, tell);
    if (end === undefined) throw unavailable('too_many_listeners', 'Too many listen already.');
    write = begin(reply, end);
    for (const text of waiting) write(text);
  });
}

/** Sends the headers and gives what sends more; the connection ends with its client, or a client that does not read with it. */
function begin(reply: FastifyReply, end: () => void): (text: string) => void {
  const { raw } = reply;
  reply.header('content-type', 'text/event-stream; charset=utf-8').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
  reply.hijack();
  raw.writeHead(200, reply.getHeaders() as Record<string, string>);
  raw.write(': hub\n\n');
  const write = (text: string): void => {
    if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  };
  const timer = setInterval(() => write(':\n\n'), COMMENT_MS);
  raw.once('close', () => {
    clearInterval(timer);
    end();
  });
  return write;
}
