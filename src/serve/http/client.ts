import type { FastifyRequest } from 'fastify';

import { clientAddress, type TrustedProxies } from '../../net/client-address.ts';

/** The address of whoever sent a request, behind the proxies that are trusted. */
export function addressOf(request: FastifyRequest, trusted: TrustedProxies): string {
  const { 'x-forwarded-for': forwarded } = request.headers;
  return clientAddress(request.socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.join(',') : forwarded, trusted);
}

/** The query of a request as it was sent; empty without one. */
export function rawQuery(request: FastifyRequest): string {
  const at = request.url.indexOf('?');
  return at === -1 ? '' : request.url.slice(at + 1);
}
