import type { ApiRequest } from '../../api/answer.ts';
import type { Pages, Settings } from '../../api/platform.ts';

/** The version that every path names. */
export const VERSION = 'v26';

/** One operation per query, whatever its size: the answer is an array of batches, without pages. */
export function search({ customer = '', manager }: Settings, query: string): ApiRequest {
  return { method: 'POST', url: `/${VERSION}/customers/${customer}/googleAds:searchStream`, body: { query }, ...(manager === undefined ? {} : { headers: { 'login-customer-id': manager } }) };
}

/** The rows of a query. */
export function rowsOf(settings: Settings, query: string): Pages {
  return { kind: 'pages', request: search(settings, query), paginator: { kind: 'none' }, records: { kind: 'json', path: '*.results' } };
}

/** `metrics.costMicros` as queries call it: `metrics.cost_micros`. */
export function selected(paths: readonly string[]): string {
  return paths.map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).join(', ');
}
