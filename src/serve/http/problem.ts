import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { HubError } from '../../core/errors.ts';
import type { ServeLog } from './log.ts';

/** What is wrong with a part of a request: where, and never the value. */
export interface ProblemPart {
  /** Into the body: `#/items/0/quantity`. */
  readonly pointer?: string;
  /** Of the query: `ordered_at.gte`. */
  readonly parameter?: string;
  readonly code: string;
  readonly detail: string;
}

export interface HttpProblemOptions {
  readonly detail?: string;
  readonly errors?: readonly ProblemPart[];
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

const MOST_PARTS = 50;
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request', 401: 'Not authenticated', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 406: 'Not acceptable', 409: 'Conflict', 413: 'Too large',
  415: 'Unsupported media type', 422: 'Not valid', 429: 'Too many requests', 500: 'Internal error', 503: 'Unavailable',
};
/** What the framework refuses before a route sees it. */
const FRAMEWORK_CODES: Readonly<Record<number, string>> = { 400: 'bad_request', 413: 'body_too_large', 415: 'unsupported_media_type' };
const RETRY_SECONDS = '5';

/** An answer of /v1 that is no success (RFC 9457): `urn:hub:problem:<code>`. Routes throw it; its texts hold nothing that was sent. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly options: HttpProblemOptions;

  constructor(status: number, code: string, options: HttpProblemOptions = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.options = options;
  }
}

/** Answers with a problem; nobody may keep it. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, { status, code, options }: HttpProblem): FastifyReply {
  const { detail, errors, headers = {} } = options;
  // Of the answer that was about to be given.
  for (const name of ['etag', 'link', 'content-disposition']) void reply.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) void reply.header(name, value);
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:hub:problem:${code}`, title: TITLES[status] ?? 'Error', status, detail, instance: request.id, errors: errors?.slice(0, MOST_PARTS) }));
}

/** The problem that anything thrown is; what nobody foresaw is logged with its place and told as `internal_error`. */
export function problemOfError(error: unknown, request: FastifyRequest, log: ServeLog): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof HubError && error.kind === 'transient') return unavailable(error.code);
  const { statusCode = 500, code, stack } = error as FastifyError;
  if (statusCode < 500) return new HttpProblem(statusCode, FRAMEWORK_CODES[statusCode] ?? code.toLowerCase());
  // Its message may hold what was sent; the code and the place are enough.
  log.error('a request failed', { code, request_id: request.id, at: stack?.split('\n')[1]?.trim() });
  return new HttpProblem(500, 'internal_error');
}

/** Nothing is wrong with the request: it can be sent again in a while. */
export function unavailable(code: string, detail?: string): HttpProblem {
  return new HttpProblem(503, code, { headers: { 'retry-after': RETRY_SECONDS }, ...(detail === undefined ? {} : { detail }) });
}
