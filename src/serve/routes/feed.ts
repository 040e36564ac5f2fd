import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { HubError } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { ServedFeed } from '../../served-feeds/declare/served-feed.ts';
import { dataState, readFeed, type DataState } from '../../served-feeds/read/read-feed.repository.ts';
import { feedPage, feedStream, type Read } from '../feeds/answer.ts';
import { askedFeed, pathWithCursor, queryProblem, type AskedFeed } from '../feeds/asked-feed.ts';
import { etagOf, isKnown } from '../feeds/etag.ts';
import { turns } from '../feeds/turns.ts';
import { unavailable } from '../http/problem.ts';

export interface FeedTools {
  /** Asked for each request: SIGHUP puts other feeds in their place. */
  readonly feeds: () => ReadonlyMap<string, ServedFeed>;
  readonly database: () => Database;
  readonly clock: Clock;
}

type FeedRequest = FastifyRequest<{ Params: { file: string } }>;

/** Excel gives up after 100 s. */
const LONGEST_MS = 90_000;
const AT_ONCE = 4;
const MOST_WAITING = 16;
const TYPES = { json: 'application/json; charset=utf-8', csv: 'text/csv; charset=utf-8; header=present', xml: 'application/xml; charset=utf-8' } as const;

/** Feeds: `GET|HEAD /v1/feeds/<name>.(json|csv|xml)` (serve specification, "Feeds"). */
export function feedRoutes(app: FastifyInstance, tools: FeedTools): void {
  const queue = turns(AT_ONCE, MOST_WAITING);
  const config = { needs: 'feeds', limit: 'feeds', keyInUrl: true } as const;
  app.head('/v1/feeds/:file', { config }, async (request: FeedRequest, reply) => {
    const asked = askedFeed(request, tools.feeds());
    describe(reply, asked, await tools.database().read(dataState));
    return reply.send();
  });
  app.get('/v1/feeds/:file', { config }, async (request: FeedRequest, reply) => {
    const asked = askedFeed(request, tools.feeds());
    request.logged['feed'] = asked.feed.name;
    const etag = describe(reply, asked, await tools.database().read(dataState));
    if (etag !== undefined && isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    const turn = queue.take();
    if (turn === undefined) throw unavailable('too_busy', 'Too many feeds are being read.');
    const giveBack = await turn;
    return answer(reply, asked, tools, giveBack);
  });
}

async function answer(reply: FastifyReply, asked: AskedFeed, tools: FeedTools, giveBack: () => void): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([AbortSignal.timeout(LONGEST_MS), gone.signal]);
  const { feed, format, query, brands } = asked;
  const rows = format === 'json' ? (query.limit ?? 0) + 1 : query.limit;
  // Who names no limit wants all of it: a part of it could be taken for the whole.
  const refusedAbove = format === 'json' || query.limit !== undefined ? undefined : feed.maxRows;
  const read: Read = (take) => readFeed(tools.database(), { feed, query, brands, rows, refusedAbove, signal }, take).finally(giveBack);
  try {
    if (format === 'json') {
      const { state, body } = await Promise.race([feedPage(asked, query.limit ?? 0, read, tools.clock), failure(signal)]);
      describe(reply, asked, state);
      if (body.next !== null) reply.header('link', `<${pathWithCursor(asked, body.next)}>; rel="next"`);
      return await reply.send(JSON.stringify(body));
    }
    const { state, text } = await Promise.race([feedStream(asked, read, tools.clock, signal), failure(signal)]);
    describe(reply, asked, state);
    return await reply.header('content-disposition', `inline; filename="${feed.name}.${format}"`).send(text);
  } catch (error) {
    throw problemOfReading(error, asked);
  }
}

function failure(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}

function problemOfReading(error: unknown, { feed }: AskedFeed): unknown {
  if (error instanceof HubError && error.code === 'too_many_rows') return queryProblem([{ parameter: 'limit', code: 'too_many_rows', detail: `The feed has more than ${feed.maxRows} rows: filter it, or say by limit how many of them.` }]);
  const name = (error as Error).name;
  return name === 'TimeoutError' || name === 'AbortError' ? unavailable('feed_too_slow', 'The rows did not come in time: filter the feed.') : error;
}

/** The headers of an answer; gives its tag, which there is only while nobody writes. */
function describe(reply: FastifyReply, { feed, format, query, options, brands }: AskedFeed, { changeNo, isWriting }: DataState): string | undefined {
  reply.header('content-type', TYPES[format]);
  reply.removeHeader('etag');
  reply.header('cache-control', isWriting ? 'no-store' : 'private, no-cache');
  if (isWriting) return undefined;
  const etag = etagOf([feed.version, format, JSON.stringify(options), query.fingerprint, query.limit ?? null, JSON.stringify(query.after ?? null), brands === null ? null : brands.toSorted().join(), changeNo]);
  reply.header('etag', etag);
  return etag;
}
