import type { Form } from '../forms/form.ts';
import type { LeadRecord } from '../lead-record.ts';
import type { Crawler } from './crawler.ts';

/** Step 8, judged once: whether the lead counts. What a valid one becomes is told by its contact. */
export type Judgement =
  | { readonly outcome: 'filtered'; readonly reason: 'honeypot' | 'crawler' | 'test' | 'suppressed' }
  | { readonly outcome: 'invalid'; readonly reason: null }
  | { readonly outcome: 'valid'; readonly reason: null };

/** What else is known of the lead. */
export interface LeadFacts extends Pick<Crawler, 'is_crawler'> {
  /** The address is test data by the rules of e-mails. */
  readonly isTest: boolean;
  /** One of the addresses is an erased person's. */
  readonly isErased: boolean;
  /** A required field has an error. */
  readonly isInvalid: boolean;
}

/** The first that holds (serve specification, "Outcome"). */
export function judge(record: Pick<LeadRecord, 'method' | 'pairs'>, form: Pick<Form, 'honeypot' | 'onCrawler'>, facts: LeadFacts): Judgement {
  const { honeypot } = form;
  if (record.pairs.some(([name, text]) => name === honeypot && text !== '')) return { outcome: 'filtered', reason: 'honeypot' };
  if (facts.is_crawler && (form.onCrawler ?? (record.method === 'GET' ? 'filter' : 'flag')) === 'filter') return { outcome: 'filtered', reason: 'crawler' };
  if (facts.isTest) return { outcome: 'filtered', reason: 'test' };
  if (facts.isErased) return { outcome: 'filtered', reason: 'suppressed' };
  return { outcome: facts.isInvalid ? 'invalid' : 'valid', reason: null };
}
