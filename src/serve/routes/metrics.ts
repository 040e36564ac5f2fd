import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

/** `/metrics` for Prometheus; on the listener of the administration only, behind the check of keys. */
export function metricsRoute(app: FastifyInstance, registry: Registry): void {
  app.get('/metrics', { config: { needs: 'health' } }, async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
