import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

import { atEndOfFile } from '../suite/cleanup.ts';

/** A request as the receiver got it. */
export interface Call {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** 1 for the first request with this id. */
  readonly nth: number;
}

/** What the receiver does with a request; by default it answers 200. */
export type Script = (call: Call, response: ServerResponse, socket: Socket) => void | Promise<void>;

/** A real HTTP server that a test writes the behaviour of. */
export interface Receiver {
  readonly url: string;
  readonly calls: Call[];
  /** How many requests with one id were ever under way at the same time; more than 1 is a fault of the sender. */
  readonly mostAtOnce: () => number;
  /** How often each id came. */
  readonly counts: () => Map<string, number>;
  script: Script;
}

/** Starts a receiver on a free port of this machine; it ends with the test file. */
export async function startReceiver(script: Script = answer(200)): Promise<Receiver> {
  const calls: Call[] = [];
  const counts = new Map<string, number>();
  const open = new Map<string, number>();
  let most = 0;
  const receiver = { calls, script, url: '', mostAtOnce: () => most, counts: () => counts };
  const server = createServer((request, response) => {
    void (async () => {
      const id = String(request.headers['webhook-id'] ?? request.url);
      const nth = (counts.get(id) ?? 0) + 1;
      counts.set(id, nth);
      open.set(id, (open.get(id) ?? 0) + 1);
      most = Math.max(most, open.get(id) ?? 0);
      response.on('close', () => open.set(id, (open.get(id) ?? 1) - 1));
      const body = await text(request);
      const call = { id, method: request.method ?? '', path: request.url ?? '', headers: request.headers, body, nth };
      calls.push(call);
      await receiver.script(call, response, request.socket);
    })().catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  atEndOfFile(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}

/** Answers with the status and what else is given. */
export function answer(status: number, body = '', headers: Record<string, string> = {}): Script {
  return (_call, response) => void response.writeHead(status, headers).end(body);
}

/** Answers each id with one script after the other; the last one stays. */
export function inTurn(...scripts: readonly Script[]): Script {
  return (call, response, socket) => scripts[Math.min(call.nth, scripts.length) - 1]?.(call, response, socket);
}

/** True if the signature is right for this secret and not older than five minutes. */
export function isSigned(call: Call, secret: string): boolean {
  try {
    new Webhook(secret).verify(call.body, call.headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
