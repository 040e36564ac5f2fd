import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isTransient } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { CaptureDecision, CaptureForm, Decide } from '../../leads/decision.ts';
import { parseJsonPairs, parseUrlencoded, type FormPair } from '../../leads/pairs.ts';
import { limitKey, type TrustedProxies } from '../../net/client-address.ts';
import { capture, isVisit, type Captured } from '../capture/capture.ts';
import { keptHeaders } from '../capture/headers.ts';
import { addressOf, rawQuery } from '../http/client.ts';
import type { ServeMetrics } from '../http/metrics.ts';
import { encodeRecord } from '../journal/framing.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { Probes } from '../limits/probes.ts';
import type { RateWindows } from '../limits/rate-window.ts';

export interface LeadTools {
  /** Asked for each request: SIGHUP puts other forms in their place, and the snapshot is renewed. */
  readonly decide: () => Decide;
  readonly knowledge: () => Knowledge;
  readonly append: (record: Buffer) => Promise<void>;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  readonly trusted: TrustedProxies;
  /** Undefined: off. */
  readonly windows: RateWindows | undefined;
  readonly probes: Probes;
  readonly metrics: ServeMetrics;
}

type LeadRequest = FastifyRequest<{ Params: { form: string }; Body: FormPair[] | undefined }>;

const PATH = '/l/:form';
const RETRY_SECONDS = '5';

/** Lead capture: `POST|GET|HEAD /l/<form>` (serve specification, "Lead capture"). */
export function leadRoutes(app: FastifyInstance, tools: LeadTools): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) => done(null, parseUrlencoded(body as Buffer)));
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const pairs = parseJsonPairs(body as Buffer);
    done(pairs === undefined ? Object.assign(new Error('no object of texts'), { statusCode: 415, code: 'UNSUPPORTED_JSON' }) : null, pairs);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const address = addressOf(request, tools.trusted);
    const decision = tools.windows?.take(limitKey(address), tools.elapsedMs());
    if (decision?.isAllowed === false) return reply.code(429).header('retry-after', String(decision.resetSeconds)).send();
    const form = formOf(request, tools);
    if (form === undefined) return notFound(reply);
    request.logged['form'] = form.id;
    const { origin } = request.headers;
    if (origin !== undefined && !form.origins.includes(origin)) return reply.code(403).send({ code: 'origin_not_allowed' });
    return undefined;
  });
  void app.register(cors, () => (request: FastifyRequest, callback: (error: Error | null, options: object) => void) => {
    callback(null, { origin: [...(formOf(request, tools)?.origins ?? [])], methods: ['GET', 'POST'], credentials: false, strictPreflight: false });
  });
  app.get(PATH, (request: LeadRequest, reply) => take(request, reply, 'GET', tools));
  app.post(PATH, (request: LeadRequest, reply) => take(request, reply, 'POST', tools));
  app.head(PATH, (request: LeadRequest, reply) => {
    const [decide, form] = [tools.decide(), formOf(request, tools)];
    if (form === undefined) return notFound(reply);
    const query = queryOf(request);
    return redirect(reply, decide.decide({ form, pairs: [], query, at: tools.clock.now(), leadId: undefined, stateOf: () => 'unknown' }));
  });
}

async function take(request: LeadRequest, reply: FastifyReply, method: 'GET' | 'POST', tools: LeadTools): Promise<FastifyReply> {
  const decide = tools.decide();
  const form = formOf(request, tools);
  if (form === undefined) return notFound(reply);
  const address = addressOf(request, tools.trusted);
  const captured: Captured = {
    ...{ form, method, path: pathOf(request), headers: keptHeaders(request.headers), address },
    ...{ body: method === 'POST' ? (request.body ?? []) : undefined, query: queryOf(request), at: tools.clock.now() },
  };
  const isData = !isVisit(captured) && wantsData(request.headers.accept);
  const mayAsk = (hash: string): boolean => tools.probes.mayAsk(limitKey(address), hash, tools.elapsedMs());
  const { record, decision } = capture(captured, { decide, knowledge: tools.knowledge(), mayAsk, micros: request.micros }, isData ? 201 : 303);
  try {
    await tools.append(encodeRecord(record));
  } catch (error) {
    if (!isTransient(error)) throw error;
    return reply.code(503).header('retry-after', RETRY_SECONDS).send({ code: 'not_journaled' });
  }
  tools.metrics.captured(form.id, record.kind);
  if (!isData) return redirect(reply, decision);
  return reply.code(201).send({ lead_id: record.lead_id, location: decision.location, errors: decision.errors });
}

function redirect(reply: FastifyReply, { location }: CaptureDecision): FastifyReply {
  return reply.code(303).header('location', location).send();
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ code: 'not_found' });
}

function formOf(request: FastifyRequest, tools: LeadTools): CaptureForm | undefined {
  return tools.decide().form(pathOf(request).slice('/l/'.length));
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function queryOf(request: FastifyRequest): FormPair[] {
  const query = rawQuery(request);
  return query === '' ? [] : parseUrlencoded(Buffer.from(query, 'latin1'));
}

function wantsData(accept = ''): boolean {
  return accept.includes('application/json') && !accept.includes('text/html');
}
