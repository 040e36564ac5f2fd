import { timingSafeEqual } from 'node:crypto';

import type { FastifyInstance, onRequestHookHandler } from 'fastify';

import { sha256Bytes } from '../../core/hash.ts';

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i;

/** True if anybody but this machine may reach the listener: then it shows what it knows to a key only. */
export function needsKey(host: string): boolean {
  return !LOOPBACK.test(host);
}

/**
 * Registers routes that tell of the process: open to this machine, elsewhere only with the key as a Bearer token (serve
 * specification, "Health").
 * @param key undefined: nobody has one, so elsewhere nobody is answered
 */
export function guardedRoutes(app: FastifyInstance, host: string, key: string | undefined, register: (scope: FastifyInstance) => void): void {
  void app.register((scope, _options, done) => {
    if (needsKey(host)) scope.addHook('onRequest', requireKey(key));
    register(scope);
    done();
  });
}

function requireKey(key: string | undefined): onRequestHookHandler {
  const wanted = key === undefined ? undefined : sha256Bytes(Buffer.from(key));
  return (request, reply, done) => {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (wanted !== undefined && timingSafeEqual(sha256Bytes(Buffer.from(token)), wanted)) done();
    else void reply.code(401).header('www-authenticate', 'Bearer').header('cache-control', 'no-store').send({ code: 'unauthorized' });
  };
}
