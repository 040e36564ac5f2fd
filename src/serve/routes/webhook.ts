import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isTransient } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { WebhookSource } from '../../webhooks/declare/source.ts';
import { captureWebhook } from '../capture/webhook.ts';
import type { ServeMetrics } from '../http/metrics.ts';
import { encodeRecord } from '../journal/framing.ts';
import type { RateWindows } from '../limits/rate-window.ts';

export interface WebhookTools {
  /** Asked for each request: SIGHUP puts other sources in their place. */
  readonly sources: () => readonly WebhookSource[];
  readonly append: (record: Buffer) => Promise<void>;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  /** Undefined: off. */
  readonly windows: RateWindows | undefined;
  readonly metrics: ServeMetrics;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What a sender of webhooks calls its body. */
    sentType: string | undefined;
  }
}

type WebhookRequest = FastifyRequest<{ Params: { source: string }; Body: Buffer | undefined }>;

const PATH = '/w/:source';
const BODY_BYTES = 4 * 1024 * 1024;
const RETRY_SECONDS = '5';
const BYTES = 'application/octet-stream';

/** Inbound webhooks: `POST /w/<source>` (serve specification, "Inbound webhooks"). */
export function webhookRoutes(app: FastifyInstance, tools: WebhookTools): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(BYTES, { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request: WebhookRequest, reply) => {
    reply.header('cache-control', 'no-store');
    const source = sourceOf(request, tools);
    if (source === undefined) return reply.code(404).send({ code: 'not_found' });
    request.logged['source'] = source.id;
    if (source.isRetired) return reply.code(410).send({ code: 'retired' });
    const decision = tools.windows?.take(source.id, tools.elapsedMs());
    if (decision?.isAllowed === false) return reply.code(429).header('retry-after', String(decision.resetSeconds)).send({ code: 'too_many_requests' });
    // Whatever the sender calls its body, it is bytes here: what is signed is not read.
    request.sentType = request.headers['content-type'];
    request.raw.headers['content-type'] = BYTES;
    return undefined;
  });
  app.decorateRequest('sentType');
  app.post(PATH, { bodyLimit: BODY_BYTES }, (request: WebhookRequest, reply) => take(request, reply, tools));
}

async function take(request: WebhookRequest, reply: FastifyReply, tools: WebhookTools): Promise<FastifyReply> {
  const source = sourceOf(request, tools);
  if (source === undefined) return reply.code(404).send({ code: 'not_found' });
  const headers = { ...(request.headers as Record<string, string | undefined>), 'content-type': request.sentType };
  const record = captureWebhook({ source, headers, body: request.body ?? Buffer.alloc(0), at: tools.clock.now() });
  if (typeof record === 'string') {
    // The sender is not told: it would learn how near it came.
    request.logged['reason'] = record;
    tools.metrics.webhook(source.id, record);
    return reply.code(401).send({ code: 'unauthorized' });
  }
  try {
    await tools.append(encodeRecord(record));
  } catch (error) {
    if (!isTransient(error)) throw error;
    return reply.code(503).header('retry-after', RETRY_SECONDS).send({ code: 'not_journaled' });
  }
  tools.metrics.webhook(source.id, 'taken');
  return reply.code(200).send({ received: true });
}

function sourceOf({ params }: WebhookRequest, { sources }: WebhookTools): WebhookSource | undefined {
  return sources().find(({ id }) => id === params.source);
}
