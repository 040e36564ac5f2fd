import { lookup as resolve, type LookupAddress } from 'node:dns';

import { Pool, ProxyAgent, type Dispatcher } from 'undici';

import { codeOf, messageOf } from '../core/errors.ts';
import { literalAddress, refusalOf } from './address.ts';
import { openBody, readBody } from './body.ts';
import { AddressRefused, checkedLookup, refusedOf } from './checked-lookup.client.ts';
import { proxyFor, type ProxySettings } from './proxy.ts';

/** A request as it goes out. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What came of a request: an answer, or none. */
export type Answer =
  /** `flaw`: why the body is not whole, in words; null if it is, or if only its beginning was read. */
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly flaw: string | null }
  | Failure;

/** Why there is no answer: `timeout`, `ECONNRESET`, `address_refused` …, and the same in words. */
interface Failure {
  readonly failure: string;
  readonly message: string;
}

/** An answer whose body is read as it comes, or none. */
export type OpenAnswer =
  /** The body throws where it is cut, or stops for longer than the limit. */
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: AsyncIterable<Uint8Array> }
  | Failure;

const CONNECT_TIMEOUT_MS = 10_000;

/** How hosts are called. */
export interface ClientOptions {
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  /** Undefined: everything is called directly. */
  readonly proxy?: ProxySettings | undefined;
  /** How names become addresses; of the system unless a test says otherwise. */
  readonly resolve?: typeof resolve;
}

/** Calls a few hosts. */
export interface HttpClient {
  /** Never throws: what goes wrong is an answer of its own kind. */
  send(request: HttpRequest): Promise<Answer>;
  /** The same, with the whole body: the time limit is for the answer to begin, and then for each piece of it. */
  open(request: HttpRequest, signal?: AbortSignal): Promise<OpenAnswer>;
  close(): Promise<void>;
}

/**
 * A client with connections that are kept. It does not follow redirects and calls public addresses only: each name is
 * resolved here, and the connection goes to the very address that was checked. Through a proxy, which resolves names
 * itself, a name is looked up and checked here first; one that is not known here cannot be checked, so it is refused
 * unless private addresses are allowed. The proxy's own address is not checked: the environment names it.
 */
export function openHttpClient(options: ClientOptions): HttpClient {
  const dispatchers = new Map<string, Dispatcher>();
  const checks = new Map<string, Promise<void>>();
  const dispatcherOf = ({ origin }: URL, proxy: string | undefined): Dispatcher => {
    const dispatcher = dispatchers.get(origin) ?? openDispatcher(origin, proxy, options);
    dispatchers.set(origin, dispatcher);
    return dispatcher;
  };
  /** Once a name: looking again before each request would not stop a record that changes in between either. */
  const checkName = (name: string): Promise<void> => {
    const check = checks.get(name) ?? checkNameHere(name, options);
    checks.set(name, check);
    check.catch(() => checks.delete(name));
    return check;
  };
  /** The way to a URL. @throws AddressRefused */
  const wayTo = async (url: URL): Promise<Dispatcher> => {
    const address = literalAddress(url.hostname);
    const refusal = address === undefined ? undefined : refusalOf(address, options.allowPrivate);
    if (refusal !== undefined) throw new AddressRefused(`${address ?? ''} is refused: ${refusal}`);
    const proxy = options.proxy === undefined ? undefined : proxyFor(url, options.proxy);
    if (proxy !== undefined && address === undefined) await checkName(url.hostname);
    return dispatcherOf(url, proxy);
  };
  return {
    async send(request) {
      const url = new URL(request.url);
      return callWithin(options.timeoutMs, async (signal) => call(await wayTo(url), url, request, signal));
    },
    async open(request, signal) {
      const url = new URL(request.url);
      const watch = new IdleWatch(options.timeoutMs, signal);
      try {
        const response = await dispatch(await wayTo(url), url, request, watch.signal);
        const headers = headersOf(response);
        return { status: response.statusCode, headers, body: watch.over(openBody(response.body as AsyncIterable<Buffer>, headers['content-encoding'])) };
      } catch (error) {
        watch.stop();
        return watch.isTimedOut ? timedOut(options.timeoutMs) : failureOf(error);
      }
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function openDispatcher(origin: string, proxy: string | undefined, options: ClientOptions): Dispatcher {
  const timeout = Math.min(options.timeoutMs, CONNECT_TIMEOUT_MS);
  // The whole attempt has one limit, which send() keeps; these would only cut it in pieces.
  const limits = { connections: options.concurrency, headersTimeout: 0, bodyTimeout: 0 };
  if (proxy === undefined) return new Pool(origin, { ...limits, connect: { lookup: checkedLookup(options), timeout } });
  // Without a tunnel for http, as proxies refuse one to other ports than 443.
  return new ProxyAgent({ ...limits, uri: proxy, proxyTls: { timeout }, proxyTunnel: false });
}

async function callWithin(timeoutMs: number, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const answer = await work(deadline.signal);
    const isCut = 'flaw' in answer && answer.flaw !== null && deadline.signal.aborted;
    return isCut ? timedOut(timeoutMs) : answer;
  } catch (error) {
    return deadline.signal.aborted ? timedOut(timeoutMs) : failureOf(error);
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(timeoutMs: number): Failure {
  return { failure: 'timeout', message: `no complete answer within ${timeoutMs} ms` };
}

/** Cuts what does not go on for too long. */
class IdleWatch {
  readonly signal: AbortSignal;
  readonly #limitMs: number;
  readonly #idle = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(limitMs: number, signal: AbortSignal | undefined) {
    this.#limitMs = limitMs;
    this.signal = signal === undefined ? this.#idle.signal : AbortSignal.any([signal, this.#idle.signal]);
    this.#timer = this.#start();
  }

  get isTimedOut(): boolean {
    return this.#idle.signal.aborted;
  }

  /** The pieces; the time of the consumer does not count. */
  async *over(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body) {
        this.stop();
        yield piece;
        this.#timer = this.#start();
      }
    } finally {
      this.stop();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#idle.abort();
    }, this.#limitMs);
  }
}

async function call(dispatcher: Dispatcher, url: URL, request: HttpRequest, signal: AbortSignal): Promise<Answer> {
  const response = await dispatch(dispatcher, url, request, signal);
  const headers = headersOf(response);
  const { text, flaw } = await readBody(response.body as AsyncIterable<Buffer>, headers['content-encoding']);
  return { status: response.statusCode, headers, body: text, flaw };
}

function dispatch(dispatcher: Dispatcher, url: URL, request: HttpRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
    signal,
  });
}

function headersOf(response: Dispatcher.ResponseData): Record<string, string> {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

/** Checks a name that a proxy will resolve. @throws AddressRefused */
function checkNameHere(hostname: string, options: ClientOptions): Promise<void> {
  return new Promise((done, fail) => {
    (options.resolve ?? resolve)(hostname, { all: true }, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      const refused = error === null ? refusedOf(hostname, addresses, options) : undefined;
      if (refused !== undefined) fail(refused);
      else if (error === null || options.allowPrivate) done();
      else fail(new AddressRefused(`${hostname} cannot be checked, as only the proxy may know it (${error.code ?? error.message}); allow_private: true leaves it to the proxy`));
    });
  });
}

function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  return { failure: code ?? 'failed', message: code === undefined || code === 'address_refused' ? messageOf(error) : `${code}: ${messageOf(error)}` };
}
