import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Clock } from '../../core/time.ts';
import { limitKey, type TrustedProxies } from '../../net/client-address.ts';
import type { KeyHolder } from '../keys/api-key.ts';
import { isRefusal, judgeKey, noKey, refusalOf, type Need, type Refusal } from '../keys/judge-key.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { keyOfHeader, parseKey } from '../keys/key-text.ts';
import type { Permission } from '../keys/roles.ts';
import type { CountedLimits, KeyLimit } from '../limits/key-limits.ts';
import { rateHeaders, type RateWindows } from '../limits/rate-window.ts';
import { addressOf, rawQuery } from './client.ts';
import type { ServeLog } from './log.ts';
import { HttpProblem, problemOfError, sendProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the key of a request must allow; every route among keyed ones says it. */
    needs?: Permission;
    /** By which limit of keys it is counted. */
    limit?: KeyLimit;
    /** Whether a key may stand in `?key=`, for programs that can send no header. */
    keyInUrl?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; there is one behind the check of keys. */
    holder: KeyHolder | undefined;
  }
}

export interface KeyTools {
  readonly keys: KeyStore;
  readonly limits: CountedLimits;
  /** Failures by client address. */
  readonly failures: RateWindows;
  readonly trusted: TrustedProxies;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  readonly log: ServeLog;
  /** Who is known without a key of hub keys. */
  readonly known?: (request: FastifyRequest) => KeyHolder | undefined;
}

/** Tries of one client a minute that prove nothing, before all of its tries are refused for a while. */
export const MOST_FAILURES = 10;

const CHALLENGES = ['Basic realm="hub", charset="UTF-8"', 'Bearer realm="hub"'];

/**
 * Registers routes that ask for a key: each says in its `config` what the key must allow (`{ config: { needs: 'events' } }`),
 * and one that does not is not registered. Answers that are no success are problems (RFC 9457).
 */
export function keyedRoutes(app: FastifyInstance, tools: KeyTools, register: (scope: FastifyInstance) => void): void {
  void app.register((scope, _options, done) => {
    scope.decorateRequest('holder');
    scope.addHook('onRoute', ({ url, config }) => {
      if (config?.needs === undefined) throw new Error(`The route ${url} does not say what a key must allow.`);
    });
    scope.addHook('onRequest', (request, reply) => checkKey(request, reply, tools));
    scope.setErrorHandler<FastifyError>((error, request, reply) => sendProblem(request, reply, problemOfError(error, request, tools.log)));
    try {
      register(scope);
      done();
    } catch (error) {
      // Thrown through the framework it would only be a start that takes too long.
      done(error as Error);
    }
  });
}

/**
 * Who asks, if the key also allows what only the request says: its brand, its feed.
 * @throws HttpProblem 403
 */
export function requireAllowed(request: FastifyRequest, more: Omit<Need, 'permission'>): KeyHolder {
  const holder = holderOf(request);
  const permission = request.routeOptions.config.needs;
  const refusal = permission === undefined ? noKey : refusalOf(holder, { permission, ...more });
  if (refusal !== undefined) throw problemOfRefusal(refusal);
  return holder;
}

/** Who asks. @throws HttpProblem 401 on a route that is not behind the check of keys */
export function holderOf({ holder }: FastifyRequest): KeyHolder {
  if (holder === undefined) throw problemOfRefusal(noKey);
  return holder;
}

async function checkKey(request: FastifyRequest, reply: FastifyReply, tools: KeyTools): Promise<void> {
  const { needs, limit, keyInUrl } = request.routeOptions.config;
  reply.header('cache-control', 'no-store');
  const holder = tools.known?.(request) ?? (await requireKey(request, tools, keyInUrl === true));
  request.holder = holder;
  request.logged['key'] = holder.id;
  const counted = limit === undefined ? undefined : tools.limits[limit];
  if (counted !== undefined) {
    const decision = counted.windows.take(holder.id, tools.elapsedMs());
    const headers = rateHeaders(counted.policy, decision);
    if (!decision.isAllowed) throw new HttpProblem(429, 'too_many_requests', { headers });
    reply.headers(headers);
  }
  const refusal = needs === undefined ? noKey : refusalOf(holder, { permission: needs });
  if (refusal !== undefined) throw problemOfRefusal(refusal);
}

/** @throws HttpProblem 401; 429 after too many tries that proved nothing. Who shows nothing has tried nothing: so Excel begins. */
async function requireKey(request: FastifyRequest, { keys, clock, failures, trusted, elapsedMs }: KeyTools, takesUrl: boolean): Promise<KeyHolder> {
  const { authorization } = request.headers;
  const urlKey = takesUrl && authorization === undefined ? /(?:^|&)key=([^&]*)/.exec(rawQuery(request))?.[1] : undefined;
  if (authorization === undefined && urlKey === undefined) throw problemOfRefusal(noKey);
  const client = limitKey(addressOf(request, trusted));
  const failed = failures.look(client, elapsedMs());
  if (!failed.isAllowed) throw new HttpProblem(429, 'too_many_failures', { headers: { 'retry-after': String(failed.resetSeconds) } });
  const shown = urlKey === undefined ? keyOfHeader(authorization) : parseKey(urlKey);
  const key = shown === undefined ? undefined : await keys.find(shown.id);
  const verdict = shown === undefined ? noKey : judgeKey(key, shown, { now: clock.now(), isInUrl: urlKey !== undefined });
  if (isRefusal(verdict)) {
    failures.take(client, elapsedMs());
    throw problemOfRefusal(verdict);
  }
  keys.used(verdict);
  return verdict;
}

function problemOfRefusal({ status, code, detail }: Refusal): HttpProblem {
  return new HttpProblem(status, code, { detail, ...(status === 401 ? { headers: { 'www-authenticate': CHALLENGES } } : {}) });
}
