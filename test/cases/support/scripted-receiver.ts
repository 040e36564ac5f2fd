import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { atEndOfFile } from '../../support/suite/cleanup.ts';

/** How a request is answered: byte for byte (`raw`), or as status, headers and body. */
export interface Answer {
  readonly raw?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBase64?: string;
  /** The body in these pieces, with chunked framing. */
  readonly chunks?: readonly string[];
  /** The connection ends after the answer. */
  readonly close?: boolean;
}

/** A request as it came over the wire. */
export interface TakenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server that writes its answers byte by byte, also those that no HTTP library would write. */
export interface ScriptedReceiver {
  readonly port: number;
  readonly requests: readonly TakenRequest[];
}

/** Starts one on a free port of this machine; the last answer is given again and again. It ends with the test file. */
export async function scriptedReceiver(answers: readonly Answer[] = [{}]): Promise<ScriptedReceiver> {
  const requests: TakenRequest[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      for (let taken = takeRequest(received); taken !== undefined && !socket.writableEnded; taken = takeRequest(received)) {
        received = taken.rest;
        requests.push(taken.request);
        give(socket, answers[Math.min(requests.length, answers.length) - 1] ?? {});
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEndOfFile(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

/** The first whole request of what was received, and what follows it. */
function takeRequest(received: Buffer): { readonly request: TakenRequest; readonly rest: Buffer<ArrayBuffer> } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(lines.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]));
  const bodyEnd = end + 4 + Number(headers['content-length'] ?? 0);
  if (received.length < bodyEnd) return undefined;
  const [method = '', target = ''] = line.split(' ');
  const body = received.subarray(end + 4, bodyEnd).toString('utf8');
  return { request: { method, target, headers, body }, rest: Buffer.from(received.subarray(bodyEnd)) };
}

function give(socket: Socket, { raw, status = 200, headers = {}, body = '', bodyBase64, chunks, close = false }: Answer): void {
  if (raw !== undefined) socket.write(Buffer.from(raw, 'latin1'));
  else {
    const content = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64');
    const framing = chunks === undefined ? { 'content-length': String(content.length) } : { 'transfer-encoding': 'chunked' };
    const lines = Object.entries({ ...framing, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`);
    if (chunks === undefined) socket.write(content);
    else socket.write([...chunks, ''].map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`).join(''));
  }
  if (close) socket.end();
}
