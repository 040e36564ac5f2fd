import { randomBytes } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isTransient } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { UserHash } from '../../events/track.ts';
import type { TrustedProxies } from '../../net/client-address.ts';
import { captureConsents, captureEvents } from '../capture/events.ts';
import { consentsSchema, eventsSchema } from '../capture/event-schemas.ts';
import { requireAllowed } from '../http/keyed-routes.ts';
import { HttpProblem, unavailable } from '../http/problem.ts';
import { validBody } from '../http/valid-body.ts';
import { encodeRecord } from '../journal/framing.ts';

/** What events and consents are taken by. */
export interface EventSetup {
  readonly brands: readonly string[];
  readonly userHash: UserHash;
  /** Networks whose visitors are our own. */
  readonly internal: TrustedProxies;
}

export interface EventTools extends EventSetup {
  readonly append: (record: Buffer) => Promise<void>;
  readonly clock: Clock;
}

const BODY_BYTES = 1024 * 1024;

/** `POST /v1/events` and `POST /v1/consents` (serve specification, "Tracked events", "Consents"). */
export function eventRoutes(scope: FastifyInstance, tools: EventTools): void {
  scope.post('/v1/events', { config: { needs: 'events', limit: 'events' }, bodyLimit: BODY_BYTES }, async (request, reply) => {
    const body = validBody(eventsSchema, request.body);
    const key = allowedKey(request, body.brand, tools);
    const { records, dropped, scrubbed } = captureEvents(body, { key, at: tools.clock.now(), ...tools });
    await journal(records, tools);
    return taken(reply, { accepted: records.length, dropped, scrubbed });
  });
  scope.post('/v1/consents', { config: { needs: 'consents', limit: 'events' }, bodyLimit: BODY_BYTES }, async (request, reply) => {
    const body = validBody(consentsSchema, request.body);
    const key = allowedKey(request, body.brand, tools);
    const records = captureConsents(body, { key, at: tools.clock.now(), newId: () => `csn_${randomBytes(12).toString('hex')}` });
    await journal(records, tools);
    return taken(reply, { accepted: records.length });
  });
}

/** The id of the key. @throws HttpProblem 422 if there is no such brand, 403 if the key is not one of it */
function allowedKey(request: FastifyRequest, brand: string, { brands }: EventTools): string {
  const { id } = requireAllowed(request, { brand });
  if (brands.includes(brand)) return id;
  throw new HttpProblem(422, 'not_valid', { errors: [{ pointer: '#/brand', code: 'unknown', detail: 'There is no such brand.' }] });
}

/** Each record stands for itself: what is sent again after a 503 is known by its id. */
async function journal(records: readonly unknown[], { append }: EventTools): Promise<void> {
  try {
    await Promise.all(records.map((record) => append(encodeRecord(record))));
  } catch (error) {
    throw isTransient(error) ? unavailable('not_journaled') : error;
  }
}

function taken(reply: FastifyReply, counts: Readonly<Record<string, number>>): FastifyReply {
  return reply.code(202).send(counts);
}
