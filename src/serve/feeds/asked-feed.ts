import type { FastifyRequest } from 'fastify';

import type { ServedFeed } from '../../served-feeds/declare/served-feed.ts';
import { feedFormats, formatOptions, type FeedFormat, type FormatOptions } from '../../served-feeds/format/options.ts';
import type { FeedQuery } from '../../served-feeds/query/feed-query.ts';
import { parseParameters, type Parameter, type QueryFault } from '../../served-feeds/query/parameters.ts';
import { parseQuery, type PageBounds } from '../../served-feeds/query/parse-query.ts';
import { rawQuery } from '../http/client.ts';
import { requireAllowed } from '../http/keyed-routes.ts';
import { HttpProblem } from '../http/problem.ts';

/** What is asked for, checked, and what may be read for it. */
export interface AskedFeed {
  readonly feed: ServedFeed;
  readonly format: FeedFormat;
  readonly options: FormatOptions;
  readonly query: FeedQuery;
  /** As they were sent, without the key. */
  readonly parameters: readonly Parameter[];
  /** Null: all. */
  readonly brands: readonly string[] | null;
}

/** Rows of a page of JSON. */
const USUAL_ROWS = 1_000;
const MOST_ROWS = 10_000;

/**
 * Reads a request for a feed: `<name>.<format>` and its query.
 * @throws HttpProblem 403 before it tells whether there is such a feed; 404; 400 with every fault of the query
 */
export function askedFeed(request: FastifyRequest<{ Params: { file: string } }>, feeds: ReadonlyMap<string, ServedFeed>): AskedFeed {
  const [, name = '', extension = ''] = /^([^.]*)\.([a-z]+)$/.exec(request.params.file) ?? [];
  const { brands } = requireAllowed(request, { feed: name });
  const feed = feeds.get(name);
  const format = feedFormats.find((each) => each === extension);
  if (feed === undefined) throw new HttpProblem(404, 'feed_unknown', { detail: 'There is no feed of this name.' });
  if (format === undefined) throw new HttpProblem(404, 'format_unknown', { detail: `A feed is <name>.${feedFormats.join(', .')}.` });
  const { list, faults } = parseParameters(rawQuery(request));
  const parameters = list.filter((parameter) => parameter.name !== 'key');
  const all = [...faults];
  const options = formatOptions(format, parameters, (parameter, code, detail) => void all.push({ parameter, code, detail }));
  const parsed = parseQuery(feed, parameters, boundsOf(feed, format));
  if ('faults' in parsed) throw queryProblem([...all, ...parsed.faults]);
  if (all.length > 0) throw queryProblem(all);
  requireBrands(request, parsed.query);
  return { feed, format, options, query: parsed.query, parameters, brands };
}

/** A query that cannot be answered; its first fault names it. */
export function queryProblem(faults: readonly QueryFault[]): HttpProblem {
  return new HttpProblem(400, faults[0]?.code ?? 'bad_request', { detail: faults[0]?.detail ?? '', errors: faults });
}

/** The path of the page that begins at a cursor. */
export function pathWithCursor({ feed, format, parameters }: AskedFeed, cursor: string): string {
  const query = [...parameters.filter(({ name }) => name !== 'cursor'), { name: 'cursor', value: cursor }];
  return `/v1/feeds/${feed.name}.${format}?${query.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}

function boundsOf({ maxRows }: ServedFeed, format: FeedFormat): PageBounds {
  return format === 'json' ? { most: Math.min(MOST_ROWS, maxRows), usual: Math.min(USUAL_ROWS, maxRows), hasCursor: true } : { most: maxRows, usual: undefined, hasCursor: false };
}

/** Brands are filtered in every query; who asks for another one by name is told so, rather than that it has no rows. */
function requireBrands(request: FastifyRequest, { filters }: FeedQuery): void {
  for (const { column, operator, values } of filters) {
    if (column.column === 'brand' && operator === '') for (const brand of values) requireAllowed(request, { brand: String(brand) });
  }
}
