import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import { millisOf, type Instant } from '../core/time.ts';

/** A request as it came. */
export interface SimulatedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SimulatedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; a file in bytes. */
  readonly body: string | Buffer;
}

/** What spoils an answer; each is used up by one request that fits. */
export interface SimulatedFault {
  /** Of `GET /path?query body`. */
  readonly request: RegExp;
  /** Another answer; a reset before it; the body cut in its middle, as it is or compressed; or its headers changed. */
  readonly how: SimulatedAnswer | 'reset' | 'cut' | 'cut gzip' | { readonly headers: Readonly<Record<string, string>> };
}

/** A platform on loopback with a state and a clock of its own. */
export abstract class Simulator {
  readonly requests: SimulatedRequest[] = [];
  /** Milliseconds since 1970: its own time. */
  now = millisOf('2026-11-28 10:00:00.000000' as Instant);
  /** Called with each request before it is answered, as somebody else changes things meanwhile. */
  beforeAnswer: (request: SimulatedRequest) => void = () => undefined;
  readonly #faults: SimulatedFault[] = [];
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  /** Answers what is no fault. */
  protected abstract answer(request: SimulatedRequest): SimulatedAnswer;

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Spoils the next requests that fit, one each. */
  spoil(...faults: readonly SimulatedFault[]): void {
    this.#faults.push(...faults);
  }

  /** Faults that nothing has met yet. */
  get unmet(): number {
    return this.#faults.length;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const body = await text(request);
    const simulated: SimulatedRequest = { method: request.method ?? '', url: new URL(request.url ?? '', this.url), headers, body };
    this.requests.push(simulated);
    this.beforeAnswer(simulated);
    const line = `${simulated.method} ${decodeURIComponent(`${simulated.url.pathname}${simulated.url.search}`)} ${body}`;
    const index = this.#faults.findIndex((fault) => fault.request.test(line));
    const how = index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.how;
    if (how === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const answer = typeof how === 'object' && 'status' in how ? how : this.answer(simulated);
    const more = typeof how === 'object' && !('status' in how) ? how.headers : {};
    const all = { 'content-type': 'application/json', ...answer.headers, ...more };
    if (how === 'cut' || how === 'cut gzip') {
      const bytes = how === 'cut' ? Buffer.from(answer.body as string) : gzipSync(answer.body);
      response.writeHead(answer.status, { ...all, ...(how === 'cut' ? { 'content-length': bytes.length } : { 'content-encoding': 'gzip' }) });
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
        if (how === 'cut') request.socket.destroy();
        else response.end();
      });
      return;
    }
    const bytes = typeof answer.body === 'string' && (headers['accept-encoding'] ?? '').includes('gzip') && answer.body.length > 4_096 ? gzipSync(answer.body, { level: 1 }) : undefined;
    response.writeHead(answer.status, { ...all, ...(bytes === undefined ? {} : { 'content-encoding': 'gzip' }) }).end(bytes ?? answer.body);
  }
}

/** A value whose JSON is this text: a number with digits that no double has. */
export function literal(text: string): string {
  return `\u0001${text}\u0001`;
}

/** JSON with literals in it. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/"\\u0001([^"]*?)\\u0001"/g, (_all, text: string) => text.replaceAll('\\"', '"'));
}
