import type { FastifyInstance } from 'fastify';

import type { OpenApiDocument } from '../openapi/document.ts';

/** `/openapi.json`: what the server takes and answers; it tells nothing of anybody's data. */
export function openApiRoute(app: FastifyInstance, document: OpenApiDocument): void {
  const text = JSON.stringify(document);
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
