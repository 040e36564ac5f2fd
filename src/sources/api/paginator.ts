import type { ApiAnswer, ApiRequest, Json, JsonObject } from './answer.ts';
import type { JsonValue } from './json/json.ts';

/** How a platform tells where the next page is. Its own sign ends a stream, never a short or empty page. */
export type Paginator =
  /** A cursor in the body becomes a parameter; `while`: only as long as there is something at this path. */
  | { readonly kind: 'body_cursor'; readonly path: string; readonly param: string; readonly while?: string }
  /** The next URL stands in the body. */
  | { readonly kind: 'next_url'; readonly path: string }
  /** The next URL stands in the Link header (RFC 8288). */
  | { readonly kind: 'link_header' }
  /** `more` says whether there is more, after the id of the last record. */
  | { readonly kind: 'last_id'; readonly records: string; readonly id: string; readonly more: string; readonly param: string }
  /** Records come by their id, and a filter in the body asks for those behind the last one. `total`: how many of them are left, this page included. */
  | { readonly kind: 'keyset'; readonly records: string; readonly id: string; readonly limit: number; readonly total?: string; readonly body_path: string }
  | { readonly kind: 'offset'; readonly param: string; readonly limit: number; readonly total: string; readonly as: 'body_text' | 'query' }
  /** Relay connections: `pageInfo` with `hasNextPage` and `endCursor`, which becomes a variable. */
  | { readonly kind: 'graphql'; readonly page_info: string; readonly variable: string }
  | { readonly kind: 'none' };

/** What there is to ask next; null at the end. */
export type NextPage = { readonly request: ApiRequest; readonly cursor: string } | { readonly error: 'page_loop' | 'foreign_origin' } | null;

const LOOP = { error: 'page_loop' } as const;
/** Parameters in which platforms put credentials into the URLs that they give. */
const CREDENTIAL = /^(access_token|api_?key|token|key|client_secret|hapikey)$/i;

/**
 * The request for the next page.
 * @param request the one that was answered; its `url` is whole where the platform gives URLs
 * @param seen the cursors of this slice so far: one that comes back is a loop
 */
export function nextPage(paginator: Paginator, request: ApiRequest, answer: Pick<ApiAnswer, 'headers' | 'body'>, seen: ReadonlySet<string> = new Set()): NextPage {
  const { body, headers } = answer;
  if (paginator.kind === 'none') return null;
  if (paginator.kind === 'link_header') return byUrl(nextLink(headers['link'] ?? ''), request, seen);
  if (body === undefined) return null;
  switch (paginator.kind) {
    case 'next_url':
      return byUrl(body.scalarAt(paginator.path), request, seen);
    case 'body_cursor': {
      if (paginator.while !== undefined && body.scalarAt(paginator.while) === undefined) return null;
      return byCursor(body.scalarAt(paginator.path), seen, (cursor) => withQuery(request, paginator.param, cursor));
    }
    case 'last_id': {
      if (body.scalarAt(paginator.more) !== 'true') return null;
      const last = lastOf(body.at(paginator.records)).value?.scalarAt(paginator.id);
      return last === undefined ? LOOP : byCursor(last, seen, (cursor) => withQuery(request, paginator.param, cursor));
    }
    case 'keyset': {
      const { value, count } = lastOf(body.at(paginator.records));
      const total = paginator.total === undefined ? undefined : body.scalarAt(paginator.total);
      if (total !== undefined && Number(total) <= count) return null;
      return byCursor(value?.scalarAt(paginator.id), seen, (cursor) => ({ ...request, body: replaced(request.body ?? {}, paginator.body_path.split('.'), cursor) as JsonObject }));
    }
    case 'offset': {
      const asked = paginator.as === 'query' ? request.query?.[paginator.param] : request.body?.[paginator.param];
      const offset = Number(asked ?? 0) + paginator.limit;
      if (offset >= Number(body.scalarAt(paginator.total) ?? 0)) return null;
      const text = String(offset);
      return { request: paginator.as === 'query' ? withQuery(request, paginator.param, text) : { ...request, body: { ...request.body, [paginator.param]: text } }, cursor: text };
    }
    case 'graphql': {
      const pageInfo = body.at(paginator.page_info);
      if (pageInfo?.scalarAt('hasNextPage') !== 'true') return null;
      const cursor = pageInfo.scalarAt('endCursor');
      if (cursor === undefined) return LOOP;
      return byCursor(cursor, seen, (text) => ({ ...request, body: replaced(request.body ?? {}, ['variables', paginator.variable], text) as JsonObject }));
    }
  }
}

function byCursor(cursor: string | undefined, seen: ReadonlySet<string>, make: (cursor: string) => ApiRequest): NextPage {
  if (cursor === undefined || cursor === '') return null;
  return seen.has(cursor) ? LOOP : { request: make(cursor), cursor };
}

/** A URL of another origin would be sent the account's credentials. */
function byUrl(url: string | undefined, request: ApiRequest, seen: ReadonlySet<string>): NextPage {
  if (url === undefined || url === '') return null;
  if (!URL.canParse(url) || !URL.canParse(request.url) || new URL(url).origin !== new URL(request.url).origin) return { error: 'foreign_origin' };
  if (seen.has(url)) return LOOP;
  return { request: { method: request.method, url: withoutCredentials(url), ...(request.headers === undefined ? {} : { headers: request.headers }) }, cursor: url };
}

/** As it is, if there is none in it. */
function withoutCredentials(url: string): string {
  const parsed = new URL(url);
  const found = [...parsed.searchParams.keys()].filter((name) => CREDENTIAL.test(name));
  if (found.length === 0) return url;
  for (const name of found) parsed.searchParams.delete(name);
  return parsed.href;
}

function nextLink(header: string): string | undefined {
  const links = header.split(/,\s*(?=<)/).map((link) => /^<([^>]*)>(.*)$/.exec(link.trim()));
  return links.find((link) => /;\s*rel="?next"?/i.test(link?.[2] ?? ''))?.[1];
}

function withQuery(request: ApiRequest, name: string, value: string): ApiRequest {
  return { ...request, query: { ...request.query, [name]: value } };
}

function lastOf(records: JsonValue | undefined): { readonly value: JsonValue | undefined; readonly count: number } {
  let [value, count]: [JsonValue | undefined, number] = [undefined, 0];
  for (const item of records?.items() ?? []) [value, count] = [item, count + 1];
  return { value, count };
}

/** The same value with another one at a path. */
function replaced(value: Json, [name, ...rest]: readonly string[], by: string): Json {
  if (name === undefined) return by;
  if (Array.isArray(value)) return value.map((item: Json, index) => (String(index) === name ? replaced(item, rest, by) : item));
  const object = value as JsonObject;
  return { ...object, [name]: replaced(object[name] ?? {}, rest, by) };
}
