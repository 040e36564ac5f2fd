import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

import { Pool, type Dispatcher } from 'undici';

import { codeOf, messageOf } from '../../core/errors.ts';
import { literalAddress, refusalOf } from './address.ts';
import type { Answer } from './outcome.ts';
import type { RelayRequest } from './request.ts';

/** So much of an answer's body is read and kept. */
const bodyLimit = 16 * 1_024;

const CONNECT_TIMEOUT_MS = 10_000;

/** How a destination is called. */
export interface ClientOptions {
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  /** How names become addresses; of the system unless a test says otherwise. */
  readonly resolve?: typeof resolve;
}

/** Calls the hosts of one destination. */
export interface HttpClient {
  /** Never throws: what goes wrong is an answer of its own kind. */
  send(request: RelayRequest): Promise<Answer>;
  close(): Promise<void>;
}

/** Thrown while connecting: the address may not be called. */
class AddressRefused extends Error {
  readonly code = 'address_refused';
}

/**
 * A client with connections that are kept. It does not follow redirects and calls public addresses only: each name is
 * resolved here, and the connection goes to the very address that was checked.
 */
export function openHttpClient(options: ClientOptions): HttpClient {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: options.concurrency,
        // The whole attempt has one limit, which send() keeps; these would only cut it in pieces.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { lookup: checkedLookup(options), timeout: Math.min(options.timeoutMs, CONNECT_TIMEOUT_MS) },
      });
      pools.set(origin, pool);
    }
    return pool;
  };
  return {
    async send(request) {
      const url = new URL(request.url);
      const address = literalAddress(url.hostname);
      const refusal = address === undefined ? undefined : refusalOf(address, options.allowPrivate);
      if (refusal !== undefined) return failureOf(new AddressRefused(`${address ?? ''} is refused: ${refusal}`));
      return callWithin(options.timeoutMs, (signal) => call(poolOf(url.origin), url, request, signal));
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

async function callWithin(timeoutMs: number, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    return await work(deadline.signal);
  } catch (error) {
    if (deadline.signal.aborted) return { failure: 'timeout', message: `no complete answer within ${timeoutMs} ms` };
    return failureOf(error);
  } finally {
    clearTimeout(timer);
  }
}

async function call(pool: Pool, url: URL, request: RelayRequest, signal: AbortSignal): Promise<Answer> {
  const response = await pool.request({
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
    signal,
  });
  return {
    status: response.statusCode,
    headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')])),
    body: await beginningOf(response.body),
  };
}

/** The first 16 KiB of a body as text. A longer one is cut there, and its connection closed. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > bodyLimit) break;
  }
  return Buffer.concat(chunks).subarray(0, bodyLimit).toString('utf8');
}

/** Resolves a name and refuses it if any of its addresses may not be called: a name that mixes them is a trick. */
function checkedLookup(options: ClientOptions): LookupFunction {
  return (hostname, { family, all }, done) => {
    (options.resolve ?? resolve)(hostname, { family: family ?? 0, all: true }, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      const refused = error === null ? addresses.find(({ address }) => refusalOf(address, options.allowPrivate) !== undefined) : undefined;
      if (refused !== undefined) {
        const why = refusalOf(refused.address, options.allowPrivate) ?? '';
        done(new AddressRefused(`${hostname} is ${refused.address}, which is refused: ${why}`), '', 0);
      } else if (error !== null) done(error, '', 0);
      else if (all === true) done(null, addresses);
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

function failureOf(error: unknown): Answer {
  const code = codeOf(error);
  return { failure: code ?? 'failed', message: code === undefined || code === 'address_refused' ? messageOf(error) : `${code}: ${messageOf(error)}` };
}
