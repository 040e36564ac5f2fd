import { isbot } from 'isbot';

import type { LeadRecord } from '../lead-record.ts';

/** Step 3: whether a program sent the lead by itself, and what says so. */
export interface Crawler {
  readonly is_crawler: boolean;
  readonly crawler_reason: 'prefetch' | 'user_agent' | null;
}

const PURPOSES = ['sec-purpose', 'purpose', 'x-moz'];
const HUMAN: Crawler = { is_crawler: false, crawler_reason: null };

/**
 * A prefetch header, or what isbot knows of the user agent. None for leads with a key, which programs are meant to send; no
 * user agent is no crawler either.
 */
export function crawlerOf({ key, headers }: Pick<LeadRecord, 'key' | 'headers'>): Crawler {
  if (key !== null) return HUMAN;
  if (PURPOSES.some((name) => /\b(?:prefetch|prerender|preview)\b/i.test(headers[name] ?? ''))) return { is_crawler: true, crawler_reason: 'prefetch' };
  const agent = headers['user-agent'] ?? '';
  return agent !== '' && isbot(agent) ? { is_crawler: true, crawler_reason: 'user_agent' } : HUMAN;
}
