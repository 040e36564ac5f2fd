import type { FastifyInstance } from 'fastify';

/** What decides whether requests should come here, and what is only shown. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, boolean>>;
  /** Shown, and decides nothing. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** `/healthz`: the loop turns. `/readyz`: the journal takes records, and nothing says that the process goes away. */
export function healthRoutes(app: FastifyInstance, readiness: () => Readiness): void {
  app.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const { ready, checks, shown } = readiness();
    return reply.code(ready ? 200 : 503).header('cache-control', 'no-store').send({ ready, checks, ...shown });
  });
}
