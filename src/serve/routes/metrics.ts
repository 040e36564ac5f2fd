import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { requireAllowed } from '../http/keyed-routes.ts';

/** `/metrics` for Prometheus; on the listener of the administration only, behind the check of keys. */
export function metricsRoute(app: FastifyInstance, registry: Registry): void {
  app.get('/metrics', { config: { needs: 'health' } }, async (request, reply) => {
    // Labels are ids of forms and sources, of whichever brand.
    requireAllowed(request, { isOfAllBrands: true });
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
