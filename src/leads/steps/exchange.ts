import type { LeadRecord } from '../lead-record.ts';

/** Step 2: what was sent and answered; it holds personal data, and is purged after `retention.lead_exchanges`. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** JSON of the headers that are allowed. */
  readonly headers: string;
  /** JSON of the pairs as they came: declared ones, others, those of the query. */
  readonly pairs: string;
  readonly extra: string;
  readonly query: string;
  readonly status: number;
  readonly location: string;
  readonly micros: number;
}

export function exchangeOf({ method, path, headers, pairs, extra, query, status, decision, micros }: LeadRecord): Exchange {
  const texts = { headers: JSON.stringify(headers), pairs: JSON.stringify(pairs), extra: JSON.stringify(extra), query: JSON.stringify(query) };
  return { method, path, ...texts, status, location: decision.location, micros };
}
