import { randomBytes } from 'node:crypto';

import helmet from '@fastify/helmet';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';

import { startMicroTimer } from '../../core/time.ts';
import type { ServeLog } from './log.ts';
import type { ServeMetrics } from './metrics.ts';
import { HttpProblem, sendProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The microseconds since the request came. */
    micros: () => number;
    /** Ids of the configuration that the log may name. */
    logged: Record<string, string>;
  }
}

export interface AppTools {
  readonly log: ServeLog;
  readonly metrics: ServeMetrics;
  readonly isDraining: () => boolean;
  /** Told of each route that is added. */
  readonly registered: (route: RegisteredRoute) => void;
}

/** A route that a listener has. */
export interface RegisteredRoute {
  readonly method: string;
  /** As it was registered: `/l/:form`. */
  readonly url: string;
}

/** A slow client costs a socket and no more (serve specification, "Security"). */
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
const IDLE_MS = 72_000;
const CHECK_MS = 1_000;
const REQUESTS_A_CONNECTION = 1_000;
const MOST_CONNECTIONS = 10_000;
const BODY_BYTES = 64 * 1024;

/** An HTTP server with the limits, headers, log and metrics that all routes share. Routes are added by the caller. */
export async function httpApp({ log, metrics, isDraining, registered }: AppTools): Promise<FastifyInstance> {
  const process = randomBytes(4).toString('hex');
  let requests = 0;
  const app = fastify({
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS },
    ...{ requestTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS, maxRequestsPerSocket: REQUESTS_A_CONNECTION, bodyLimit: BODY_BYTES },
    ...{ logger: false, exposeHeadRoutes: false, return503OnClosing: false, requestIdHeader: false as const },
    // Read by those who need it, byte by byte.
    routerOptions: { querystringParser: () => ({}) },
    // The message of the framework repeats the URL.
    frameworkErrors: (error, _request, reply) => void (reply as unknown as FastifyReply).code(error.statusCode ?? 400).send({ code: error.code.toLowerCase() }),
    genReqId: () => `${process}-${(++requests).toString(36)}`,
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) registered({ method: each, url });
  });
  await app.register(helmet, { referrerPolicy: { policy: 'strict-origin' } });
  app.decorateRequest('micros', noTimer);
  app.decorateRequest('logged');
  app.addHook('onRequest', (request, _reply, done) => {
    request.micros = startMicroTimer();
    request.logged = {};
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining()) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const micros = request.micros();
    metrics.answered(route, reply.statusCode, micros / 1_000_000);
    log.info('request', { route, method: request.method, status: reply.statusCode, micros, bytes: Number(reply.getHeader('content-length') ?? 0), request_id: request.id, ...request.logged });
    done();
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    // Its message may hold what was sent; the code is enough.
    if (status >= 500) log.error('a request failed', { code: error.code, request_id: request.id, at: error.stack?.split('\n')[1]?.trim() });
    return reply.code(status).header('cache-control', 'no-store').send({ code: status >= 500 ? 'internal_error' : error.code.toLowerCase() });
  });
  app.setNotFoundHandler((request, reply) =>
    request.url.startsWith('/v1/') ? sendProblem(request, reply, new HttpProblem(404, 'not_found')) : reply.code(404).header('cache-control', 'no-store').send({ code: 'not_found' }),
  );
  return app;
}

function noTimer(): number {
  return 0;
}
