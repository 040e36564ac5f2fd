import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { atEndOfFile } from '../suite/cleanup.ts';

/** A request as the sink got it, its body unpacked. */
export interface TakenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A local server that takes everything and answers with one status. */
export interface HttpSink {
  readonly origin: string;
  readonly taken: readonly TakenRequest[];
  /** What the next requests are answered with; 200 at first. */
  answerWith(status: number): void;
}

/** Starts a sink; it is closed at the end of the test file. */
export async function httpSink(): Promise<HttpSink> {
  const taken: TakenRequest[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      taken.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEndOfFile(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    answerWith(answer) {
      status = answer;
    },
  };
}
