import { randomBytes } from 'node:crypto';

import { toIso, type Instant } from '../../core/time.ts';
import type { CaptureDecision, CaptureForm, Decide } from '../../leads/decision.ts';
import type { LeadRecord } from '../../leads/lead-record.ts';
import type { FormPair } from '../../leads/pairs.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { extraPairs } from './extra.ts';

/** A request for a form, read. */
export interface Captured {
  readonly form: CaptureForm;
  readonly method: 'GET' | 'POST';
  /** Without the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the client. */
  readonly address: string;
  /** Of the body; undefined for a GET. */
  readonly body: readonly FormPair[] | undefined;
  readonly query: readonly FormPair[];
  readonly at: Instant;
}

/** What the decision is made with. */
export interface CaptureTools {
  readonly decide: Decide;
  readonly knowledge: Knowledge;
  /** False if the client has asked for too many addresses. */
  readonly mayAsk: (emailSha256: string) => boolean;
  /** The microseconds since the request came. */
  readonly micros: () => number;
}

export interface Capture {
  readonly record: LeadRecord;
  readonly decision: CaptureDecision;
}

/** A GET is a lead only if its form takes one and the query names a field; else it is a visit (serve specification, "Lead capture"). */
export function isVisit({ form, body, query }: Pick<Captured, 'form' | 'body' | 'query'>): boolean {
  return body === undefined && !(form.takesGet && query.some(([name]) => form.fields.has(name)));
}

/**
 * Decides on a request and makes its record.
 * @param status of the answer that it will get
 */
export function capture(captured: Captured, { decide, knowledge, mayAsk, micros }: CaptureTools, status: number): Capture {
  const { form, body, query, at } = captured;
  const isLead = !isVisit(captured);
  const id = `${isLead ? 'lead' : 'visit'}_${randomBytes(12).toString('hex')}`;
  const pairs = body ?? query;
  let withheld = false;
  const decision = decide.decide({
    ...{ form, pairs, query, at, leadId: isLead ? id : undefined },
    stateOf(emailSha256) {
      withheld = !mayAsk(emailSha256);
      return withheld ? 'unknown' : knowledge.stateOf(emailSha256, form.brand);
    },
  });
  const record: LeadRecord = {
    ...{ v: 1, kind: isLead ? 'lead' : 'visit', lead_id: id, received_at: toIso(at), brand: form.brand, form: form.id, partner: decision.partner },
    ...{ method: captured.method, path: captured.path, headers: captured.headers, address: captured.address, key: null },
    pairs: pairs.filter(([name]) => form.declared.has(name)),
    extra: extraPairs(pairs.filter(([name]) => !form.declared.has(name))),
    query: body === undefined ? [] : extraPairs(query),
    decision: {
      ...{ rule: decision.rule, location: decision.location, state: decision.state },
      ...{ knowledge_as_of: knowledge.asOf?.number ?? null, withheld, forms: decide.version },
      ...(decision.via === undefined ? {} : { via: decision.via }),
    },
    ...{ status, micros: micros() },
  };
  return { record, decision };
}
